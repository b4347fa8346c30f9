package io.weir.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the library adds to a WAR without a class of its own; measured, not judged. */
@Tag("heavy")
@ExtendWith(ArquillianExtension.class)
class FootprintIT {

    private static final int ROUNDS = 5;
    private static final List<String> WARS = List.of("empty", "memory", "redis");

    @ArquillianResource Deployer deployer;

    /** With what the server lacks, Weld and Jersey, but without the library. */
    @Deployment(name = "empty", managed = false, testable = false)
    static WebArchive empty() {
        WebArchive war =
                ShrinkWrap.create(WebArchive.class, "footprint-empty.war")
                        .addAsLibraries(Wars.librariesOfTheServer());
        if (Boolean.getBoolean("server.beans.xml")) {
            war.addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml");
        }
        return page(war);
    }

    @Deployment(name = "memory", managed = false, testable = false)
    static WebArchive memory() {
        return page(Wars.empty("footprint-memory"));
    }

    @Deployment(name = "redis", managed = false, testable = false)
    static WebArchive redis() {
        return page(Wars.empty("footprint-redis", SuiteRedis.settings()));
    }

    private static WebArchive page(WebArchive war) {
        return war.addAsWebResource(new StringAsset("home"), "index.html");
    }

    /**
     * Side by side: one after the other in each round, after a round that does not count. The
     * fastest is written, as whatever else the machine does only makes a start slower.
     */
    @Test
    void startUp() {
        Map<String, List<Long>> millis = new LinkedHashMap<>();
        for (int round = 0; round <= ROUNDS; round++) {
            for (String name : WARS) {
                long start = System.nanoTime();
                deployer.deploy(name);
                long took = (System.nanoTime() - start) / 1_000_000;
                deployer.undeploy(name);
                if (round > 0) {
                    millis.computeIfAbsent(name, n -> new ArrayList<>()).add(took);
                }
            }
        }
        Map<String, String> written = new TreeMap<>();
        millis.forEach(
                (name, all) -> {
                    System.out.println(name + " ms: " + all);
                    written.put("millis." + name, String.valueOf(Collections.min(all)));
                });
        File[] libraries = Wars.librariesOfWeir();
        assertThat(libraries).as("it brings nothing else").hasSize(1);
        written.put("bytes.weir", String.valueOf(libraries[0].length()));
        System.out.println("Footprint: " + written);
        Written.write("footprint", written);
    }
}
