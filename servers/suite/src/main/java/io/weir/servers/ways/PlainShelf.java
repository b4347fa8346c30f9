package io.weir.servers.ways;

import jakarta.ws.rs.Path;

/** Has its limit from an interface, and bears no annotation that anybody would look for. */
@Path("plain-shelf")
public class PlainShelf implements Shelf {

    @Override
    public String look() {
        return "plain";
    }

    @Override
    public String free() {
        return "free";
    }
}
