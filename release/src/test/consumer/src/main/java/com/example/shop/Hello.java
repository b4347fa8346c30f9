package com.example.shop;

import io.weir.RateLimited;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

@Path("hello")
public class Hello {

    @GET
    @RateLimited("2/min")
    public String hello() {
        return "hello";
    }
}
