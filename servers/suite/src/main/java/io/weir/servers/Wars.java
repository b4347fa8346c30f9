package io.weir.servers;

import io.weir.servers.app.Api;
import io.weir.servers.ejb.Greeter;
import io.weir.servers.inherited.Waver;
import java.io.File;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * WARs as a user makes them: classes, the library and its dependencies in {@code WEB-INF/lib}, a
 * properties file, and no descriptor of any kind but the empty {@code beans.xml} that one server
 * cannot do without.
 */
final class Wars {

    private Wars() {}

    /** The library and no file of any other kind. */
    static WebArchive bare(String context) {
        return ShrinkWrap.create(WebArchive.class, context + ".war")
                .addAsLibraries(files("server.weblib"));
    }

    /** What the server does not have of its own; on most servers nothing. */
    static File[] librariesOfTheServer() {
        return files("server.lib");
    }

    /** The library and what comes with it. */
    static File[] librariesOfWeir() {
        List<String> others = Stream.of(librariesOfTheServer()).map(File::getName).toList();
        return Stream.of(files("server.weblib"))
                .filter(file -> !others.contains(file.getName()))
                .toArray(File[]::new);
    }

    /**
     * What an application may bring: {@code redisson}, {@code old-redisson}, {@code weir-redisson}.
     */
    static File[] libraries(String name) {
        return files(new File(System.getProperty("server.libraries"), name));
    }

    private static File[] files(String property) {
        return files(new File(System.getProperty(property)));
    }

    private static File[] files(File folder) {
        File[] files = folder.listFiles();
        return files == null ? new File[0] : files;
    }

    /** The library and its settings. */
    static WebArchive empty(String context, String... settings) {
        WebArchive war =
                bare(context)
                        .addAsResource(
                                new StringAsset(String.join("\n", settings)),
                                "META-INF/weir.properties");
        if (Boolean.getBoolean("server.beans.xml")) {
            war.addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml");
        }
        return war;
    }

    /** Whether the server cannot run what bears this tag. */
    static boolean leavesOut(String tag) {
        return List.of(System.getProperty("server.excluded.groups", "").split(",")).contains(tag);
    }

    /** The whole application; each test is a client of its own by way of X-Forwarded-For. */
    static WebArchive app(String context, String... settings) {
        String[] common = {
            "weir.client.trusted-proxies = 127.0.0.1",
            "weir.fields = always",
            "weir.policy.search.path = /search",
            "weir.policy.search.limit = 2/min",
            "weir.policy.items.path = /items/{id}",
            "weir.policy.items.limit = 2/min",
            "weir.policy.each.path = /each/{id}",
            "weir.policy.each.key = client + path:id",
            "weir.policy.each.limit = 2/min",
            "weir.policy.dispatch.path = /dispatch/*",
            "weir.policy.dispatch.limit = 3/min",
            "weir.policy.once.path = /api/managed/once",
            "weir.policy.once.limit = 3/min",
            "weir.policy.home.path = /",
            "weir.policy.home.limit = 2/min",
            "weir.policies = by_hand",
            "weir.policy.by_hand.limit = 2/min",
        };
        WebArchive war =
                empty(context, String.join("\n", common), String.join("\n", settings))
                        .addPackage(Api.class.getPackage())
                        .addAsWebResource(new StringAsset("home"), "index.html");
        if (!leavesOut("ejb")) {
            war.addPackage(Greeter.class.getPackage());
            if (!leavesOut("ejb-inherited")) {
                war.addPackage(Waver.class.getPackage());
            }
        }
        return war;
    }
}
