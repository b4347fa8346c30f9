package io.weir;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rooms of the house and the directions between them. RATIONALE.md says why. */
class HouseRulesTest {

    private static final JavaClasses HOUSE =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.weir");

    private static final String[] EDGES = {"io.weir.internal.edge.."};

    private static final DescribedPredicate<JavaClass> OURS = resideInAPackage("io.weir..");

    /** The room sees these rooms of the house, itself, and nothing else that is ours. */
    private static void sees(String room, String... others) {
        String[] allowed = java.util.Arrays.copyOf(others, others.length + 1);
        allowed[others.length] = room;
        noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat(OURS.and(DescribedPredicate.not(resideInAnyPackage(allowed))))
                .check(HOUSE);
    }

    private static final String ROOT = "io.weir";
    private static final String IN = "io.weir.internal.";
    private static final String COUNT = IN + "count";
    private static final String REDIS = IN + "redis";
    private static final String GUARD = IN + "guard";
    private static final String ADDRESS = IN + "address";
    private static final String ANSWER = IN + "answer";
    private static final String HTTP = IN + "http";
    private static final String POLICY = IN + "policy";
    private static final String OBSERVE = IN + "observe";
    private static final String OPERATOR = IN + "operator";
    private static final String APP = IN + "app";
    private static final String LOOKUP = IN + "edge.lookup";

    @Test
    void eachRoomSeesOnlyWhatItMay() {
        sees(ROOT);
        sees(COUNT, ROOT);
        sees(REDIS, ROOT, COUNT);
        sees(GUARD, ROOT, COUNT, ADDRESS);
        sees(ADDRESS, ROOT, COUNT);
        sees(ANSWER, ROOT, GUARD);
        sees(HTTP, ROOT, GUARD, ADDRESS, ANSWER);
        sees(POLICY, ROOT, ADDRESS, GUARD, ANSWER, HTTP, REDIS);
        sees(OBSERVE, ROOT, GUARD, COUNT, OPERATOR);
        sees(OPERATOR);
        sees(LOOKUP);
        sees(APP, ROOT, COUNT, REDIS, GUARD, ADDRESS, ANSWER, HTTP, POLICY, OBSERVE, OPERATOR);
        sees(IN + "edge.servlet", ROOT, GUARD, ANSWER, HTTP, LOOKUP, APP, OPERATOR);
        sees(IN + "edge.jaxrs", ROOT, GUARD, ANSWER, HTTP, LOOKUP, APP);
        sees(IN + "edge.cdi", ROOT, GUARD, ADDRESS, HTTP, POLICY, OBSERVE, REDIS, LOOKUP, APP);
        sees(IN + "edge.concurrent", GUARD);
        sees(IN + "edge.mpcontext", GUARD);
        sees(IN + "edge.faces", ROOT, HTTP);
    }

    /**
     * What counts goes by {@code Limits}; these hand a policy in, or on to who counts elsewhere.
     */
    @Test
    void countingKnowsOfAPolicyOnlyWhatItsLimitsSay() {
        noClasses()
                .that()
                .resideInAPackage(COUNT)
                .and()
                .haveNameNotMatching(
                        ".*\\.(Store|CountingStore|SharedCounts|Sharing|Limits|Entries)(\\$.*)?")
                .should()
                .dependOnClassesThat(name("io.weir.Policy"))
                .check(HOUSE);
    }

    @Test
    void everyRoomHasARule() {
        classes()
                .should()
                .resideInAnyPackage(
                        ROOT,
                        COUNT,
                        REDIS,
                        GUARD,
                        ADDRESS,
                        ANSWER,
                        HTTP,
                        POLICY,
                        OBSERVE,
                        OPERATOR,
                        APP,
                        LOOKUP,
                        IN + "edge.servlet",
                        IN + "edge.jaxrs",
                        IN + "edge.concurrent",
                        IN + "edge.mpcontext",
                        IN + "edge.faces",
                        IN + "edge.cdi")
                .check(HOUSE);
    }

    @Test
    void configurationKnowsOfRedisOnlyWhatTheSettingsAre() {
        noClasses()
                .that()
                .resideInAPackage("io.weir.internal.policy")
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.weir.internal.redis")
                                .and(
                                        DescribedPredicate.not(
                                                DescribedPredicate.describe(
                                                        "the settings",
                                                        c ->
                                                                c.getName()
                                                                        .contains(
                                                                                "RedisSettings")))))
                .check(HOUSE);
    }

    @Test
    void noCycles() {
        slices().matching("io.weir.(**)").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    void jakartaStaysAtTheEdges() {
        noClasses()
                .that(DescribedPredicate.not(resideInAnyPackage(EDGES)))
                .and(DescribedPredicate.not(name("io.weir.RateLimitExceededException")))
                .and(DescribedPredicate.not(name("io.weir.WeirRedis")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jakarta..")
                .check(HOUSE);
    }

    @Test
    void redissonStaysInItsRoom() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.weir.internal.redis")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.redisson..", "io.netty..")
                .check(HOUSE);
    }

    /** Elsewhere it would be loaded where it is missing. */
    @Test
    void micrometerStaysInTwoClasses() {
        noClasses()
                .that(DescribedPredicate.not(name("io.weir.internal.observe.MicrometerMeters")))
                .and(DescribedPredicate.not(name("io.weir.internal.edge.cdi.CdiHost$Micrometer")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer..")
                .check(HOUSE);
    }

    @Test
    void openTelemetryStaysInTwoClasses() {
        noClasses()
                .that(DescribedPredicate.not(name("io.weir.internal.observe.OpenTelemetryMeters")))
                .and(DescribedPredicate.not(name("io.weir.internal.edge.cdi.CdiHost$Telemetry")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.opentelemetry..")
                .check(HOUSE);
    }

    @Test
    void adaptersAreWiredInOnePlace() {
        ArchRule rule =
                noClasses()
                        .that()
                        .resideOutsideOfPackages(APP, COUNT)
                        .should()
                        .dependOnClassesThat(name("io.weir.internal.count.CountingStore"));
        rule.check(HOUSE);
        noClasses()
                .that()
                .resideOutsideOfPackages(APP, REDIS)
                .should()
                .dependOnClassesThat(name("io.weir.internal.redis.RedisCounts"))
                .check(HOUSE);
    }

    @Test
    void theClockIsReadInOnePlace() {
        // A deadline of a call to Redis is no decision: it is measured where the call is made.
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.weir.internal.app.Limiter")
                .and()
                .resideOutsideOfPackage("io.weir.internal.redis")
                .should()
                .callMethod(System.class, "nanoTime")
                .check(HOUSE);
        // RRateLimiter's clock is the wall clock of this JVM: its engine has to read the same one.
        noClasses()
                .that()
                .resideOutsideOfPackage("io.weir.internal.redis")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .check(HOUSE);
    }

    @Test
    void nobodyLooksAHostNameUp() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.net.InetAddress")
                .check(HOUSE);
    }

    @Test
    void noStaticState() {
        fields().that().areStatic().should().beFinal().check(HOUSE);
    }

    /** A client's address is parsed by us: {@code java.net} would look a name up. */
    @Test
    void nobodyLooksUpAName() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.weir.internal.redis")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(
                        java.net.InetAddress.class,
                        java.net.InetSocketAddress.class,
                        java.net.Inet4Address.class,
                        java.net.Inet6Address.class)
                .check(HOUSE);
    }

    @Test
    void noFileIsOver400Lines() throws IOException {
        Map<Path, Integer> lines = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                lines.put(file, Files.readAllLines(file).size());
            }
        }
        assertThat(lines).hasSizeGreaterThan(200);
        assertThat(lines).allSatisfy((file, count) -> assertThat(count).isLessThanOrEqualTo(400));
    }
}
