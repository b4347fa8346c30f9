package io.weir.servers.graphql;

/** A type of the schema. */
public record Product(String name) {

    public String getName() {
        return name;
    }
}
