package io.weir.servers;

import io.weir.servers.ear.callers.CallServlet;
import io.weir.servers.ear.ejb.Mails;
import io.weir.servers.ear.second.Second;
import io.weir.servers.ear.shared.Shared;
import io.weir.servers.ear.web.Own;
import java.util.List;
import java.util.Locale;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** EARs as a user makes them, without descriptors. */
final class Ears {

    private Ears() {}

    /** The library in the EAR's {@code lib}: an EJB jar and two web modules share it. */
    static EnterpriseArchive shared(String name) {
        return withLibrary(name)
                .addAsModule(
                        calling(
                                web(
                                        ShrinkWrap.create(WebArchive.class, name + "-a.war"),
                                        Own.class,
                                        1)))
                .addAsModule(
                        calling(
                                web(
                                        ShrinkWrap.create(WebArchive.class, name + "-b.war"),
                                        Second.class,
                                        2)));
    }

    /** The library in the EAR's {@code lib}, and an EJB jar. */
    static EnterpriseArchive withLibrary(String name) {
        return ShrinkWrap.create(EnterpriseArchive.class, name + ".ear")
                .addAsLibraries(Wars.librariesOfWeir())
                .addAsLibrary(
                        ShrinkWrap.create(JavaArchive.class, "shared.jar")
                                .addPackage(Shared.class.getPackage()))
                .addAsModule(
                        settings(
                                ejb(),
                                SuiteRedis.settings(),
                                "weir.client.trusted-proxies = 127.0.0.1",
                                "weir.redis.deadline = 5s",
                                "weir.policies = by_hand",
                                "weir.policy.by_hand.limit = 3/min"));
    }

    private static JavaArchive ejb() {
        return ShrinkWrap.create(JavaArchive.class, "beans.jar")
                .addPackage(Mails.class.getPackage());
    }

    /** The library in the {@code WEB-INF/lib} of each web module. */
    static EnterpriseArchive each(String name) {
        return ShrinkWrap.create(EnterpriseArchive.class, name + ".ear")
                .addAsModule(web(Wars.bare(name + "-a"), Own.class, 1, SuiteRedis.settings()))
                .addAsModule(web(Wars.bare(name + "-b"), Second.class, 2, SuiteRedis.settings()));
    }

    /** The library in the EAR's {@code lib}, and in the web module once more. */
    static EnterpriseArchive twice(String name) {
        return ShrinkWrap.create(EnterpriseArchive.class, name + ".ear")
                .addAsLibraries(Wars.librariesOfWeir())
                .addAsModule(web(Wars.bare(name + "-a"), Own.class, 1, SuiteRedis.settings()));
    }

    /** An EJB jar that cannot see the library that its annotations are of. */
    static EnterpriseArchive unseen(String name) {
        return ShrinkWrap.create(EnterpriseArchive.class, name + ".ear")
                .addAsModule(
                        ejb().deleteClass("io.weir.servers.ear.ejb.Boot")
                                .deleteClass("io.weir.servers.ear.ejb.Boot$Jobs"))
                .addAsModule(web(Wars.bare(name + "-a"), Own.class, 1));
    }

    private static WebArchive calling(WebArchive war) {
        return war.addPackage(CallServlet.class.getPackage());
    }

    private static WebArchive web(WebArchive war, Class<?> bean, int permits, String... more) {
        String only = "only_" + bean.getSimpleName().toLowerCase(Locale.ROOT);
        return war.addPackage(bean.getPackage())
                .addAsResource(
                        text(
                                "weir.client.trusted-proxies = 127.0.0.1",
                                "weir.policy.own.limit = " + permits + "/min",
                                "weir.policy.page.path = /page",
                                "weir.policy.page.limit = " + permits + "/min",
                                "weir.policy.resource.limit = " + permits + "/min",
                                "weir.policies = by_hand, " + only,
                                "weir.policy." + only + ".limit = 2/min",
                                "weir.policy.by_hand.limit = " + permits + "/min",
                                String.join("\n", more)),
                        "META-INF/weir.properties");
    }

    private static JavaArchive settings(JavaArchive jar, String... lines) {
        return jar.addAsResource(text(lines), "META-INF/weir.properties");
    }

    private static StringAsset text(String... lines) {
        return new StringAsset(String.join("\n", List.of(lines)));
    }
}
