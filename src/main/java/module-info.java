/**
 * Weir: rate limiting for Jakarta EE. Applications read {@link io.weir}, and nothing else is
 * exported to them. What a server may not have is required while this is compiled, and no later; so
 * what the platform finds as a service is in {@code META-INF/services} only.
 */
@SuppressWarnings({"module", "requires-automatic"}) // the console is compiled later
module io.weir {
    requires java.management;
    requires java.naming;
    requires static java.xml;
    requires static jakarta.annotation;
    requires static jakarta.cdi;
    requires static jakarta.concurrency;
    requires static jakarta.ejb;
    requires static jakarta.faces.api;
    requires static transitive jakarta.inject;
    requires static jakarta.interceptor;
    requires static jakarta.servlet;
    requires static jakarta.ws.rs;
    requires static jersey.common;
    requires static jersey.server;
    requires static microprofile.config.api; // MicroProfile has no names but those of its files
    requires static microprofile.context.propagation.api;
    requires static microprofile.health.api;
    requires static microprofile.jwt.auth.api;
    requires static micrometer.core;
    requires static io.opentelemetry.api;
    requires static io.opentelemetry.context;
    requires static transitive org.jspecify;
    requires static io.netty.buffer;
    requires static io.netty.common;
    requires static io.netty.resolver;
    requires static io.netty.resolver.dns;
    requires static io.netty.transport;
    requires static org.yaml.snakeyaml;
    requires static redisson;

    // What the libraries inside of the isolated jar ask of the JDK.
    requires java.logging;
    requires jdk.unsupported;
    requires static java.desktop;
    requires static jdk.jfr;

    exports io.weir;
    exports io.weir.internal.operator to
            io.weir.console; // the artifact weir-console

    uses io.weir.internal.app.TestBench;

    // CDI makes their beans and calls them.
    opens io.weir.internal.edge.cdi;
}
