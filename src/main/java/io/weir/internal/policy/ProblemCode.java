package io.weir.internal.policy;

import io.weir.internal.policy.Problem.Severity;

/**
 * Every kind of problem that a deployment can have. The numbers are stable: a retired one is not
 * used again. Each is explained in {@code docs/problems.md}.
 */
public enum ProblemCode {
    /** A limit text that cannot be read. */
    LIMIT_TEXT(
            "WEIR-001 A limit cannot be read",
            "N/window with a window of ms, s, min, h or d, such as 100/min, 10/s, 500/15min,"
                    + " 100/min burst 20; several separated by commas"),
    /** A key text that cannot be read. */
    KEY_TEXT(
            "WEIR-002 A key cannot be read",
            "client, principal, header:NAME, path:NAME, global or bean:NAME, joined by +"),
    /** A setting whose value is not one of those it can have. */
    SETTING_VALUE("WEIR-003 A setting has a wrong value", "another value"),
    /** A setting that does not exist; an error when {@code weir.config.strict} is set. */
    UNKNOWN_SETTING(
            Severity.WARNING,
            "WEIR-004 A setting does not exist",
            "a setting of the table in README.md; this one is ignored"),
    /** A range of trusted proxies that cannot be read. */
    TRUSTED_PROXY(
            "WEIR-005 A trusted proxy cannot be read",
            "CIDRs or single addresses, separated by commas, such as 10.0.0.0/8, 2001:db8::1"),
    /** Proxies trusted by address and by count at once. */
    TRUST_TWICE(
            "WEIR-006 Proxies are trusted in two ways",
            "either weir.client.trusted-proxies or weir.client.trusted-hops"),
    /** A trusted range that contains every address. */
    TRUST_EVERYBODY(
            Severity.WARNING,
            "WEIR-007 Every address is a trusted proxy",
            "the networks of your own proxies: anybody who reaches the server can choose the"
                    + " address that is counted"),
    /** A Redis address or its credentials that cannot be read, or that do not fit together. */
    REDIS_ADDRESS(
            "WEIR-008 The address of Redis cannot be read",
            "redis://host:6379, rediss:// for TLS, redis-sentinel://h1:26379,h2:26379/0#master or"
                    + " redis-cluster://h1,h2"),
    /** Redis found only through a variable that Kubernetes sets by itself. */
    REDIS_SERVICE_LINK(
            Severity.WARNING,
            "WEIR-009 Redis was found through a Kubernetes service link",
            "REDIS_HOST or REDIS_URL, to say that this Redis is meant; it is used meanwhile"),
    /** Settings of a Redis whose address nobody says. */
    REDIS_WITHOUT_HOST(
            Severity.WARNING,
            "WEIR-010 Redis has settings but no address",
            "REDIS_HOST or REDIS_URL beside it; limits count in this JVM only"),
    /** Redis is configured, its client is not in the application. */
    REDISSON_MISSING(
            "WEIR-011 Redis is configured and Redisson is missing",
            "the artifact org.redisson:redisson:4.7.0 in WEB-INF/lib, or io.weir:weir, which has"
                    + " it inside, instead of io.weir:weir-redisson; or no address of Redis, to count"
                    + " in this JVM only"),
    /** A policy's name that cannot be one. */
    POLICY_NAME(
            "WEIR-012 A policy's name cannot be used",
            "printable ASCII without blanks at its ends, such as view_count"),
    /** A policy without limits in the annotation and in configuration. */
    NO_LIMIT(
            "WEIR-013 A policy has no limit",
            "a limit in the annotation, such as @RateLimited(\"100/min\"), or in configuration"),
    /** Two annotations with one name that say different things. */
    NAME_DISAGREES(
            "WEIR-014 One name means two things",
            "annotations with one name to agree in everything"),
    /** A configured policy that the application does not have. */
    UNUSED_POLICY(
            Severity.WARNING,
            "WEIR-015 A configured policy is used by nobody",
            "the name of an annotation, a path for the filter, or the name in weir.policies where"
                    + " it is used by hand"),
    /** Two policies that one environment variable configures; an error when one is set. */
    ENVIRONMENT_NAME(
            Severity.WARNING,
            "WEIR-016 Two policies have one environment name",
            "names that differ in more than case and punctuation"),
    /** A cost that no operation could ever pay, or that is no number of permits. */
    COST("WEIR-017 A cost can never be met", "at least 1 permit and at most the smallest capacity"),
    /** A large log for each client. */
    LARGE_WINDOW(
            Severity.WARNING,
            "WEIR-018 A large sliding window takes much memory",
            "at most 1000 calls in a window, or a token bucket, which takes as little at any size"),
    /** A key that the caller chooses freely. */
    UNVERIFIED_HEADER(
            Severity.WARNING,
            "WEIR-019 A header alone tells callers apart",
            "a limit with the key client beside it, unless something in front of the application"
                    + " verifies the header: whoever sends a new value begins a new count"),
    /** An annotated method that cannot be intercepted. */
    NOT_INTERCEPTABLE(
            "WEIR-020 A limited method cannot be intercepted",
            "a method that is neither private nor static nor final, of a class that is not final:"
                    + " otherwise CDI cannot intercept it and it would not be limited"),
    /** An annotated class that is neither a bean nor a resource. */
    NOT_MANAGED(
            "WEIR-021 A limited class is managed by nobody",
            "a CDI bean (a scope such as @ApplicationScoped) or a JAX-RS resource: otherwise"
                    + " nobody would enforce the limit"),
    /** A return type that has no value for "not called". */
    SKIP_RETURN_TYPE(
            "WEIR-022 A call that cannot be skipped",
            "void, boolean, Boolean or Optional with onRefusal = SKIP"),
    /** A resource id that is not a value. */
    RESOURCE_ID_TYPE(
            "WEIR-023 A resource id without an identity",
            "String, a number, a boolean, an enum or UUID for a @ResourceId parameter"),
    /** A resource id or a cost that nobody can see. */
    RESOURCE_ID_NOT_MANAGED(
            "WEIR-024 An argument that nobody can see",
            "a scope such as @RequestScoped on the JAX-RS class: only CDI sees the arguments of"
                    + " its methods. Or the key path:NAME instead of @ResourceId"),
    /** A key that needs a request, where there is none. */
    KEY_WITHOUT_REQUEST(
            "WEIR-025 A key that nothing can fill",
            "header: only where a request is served, path:NAME only where the path has {NAME}"),
    /** A key or cost resolver that does not exist. */
    BEAN_MISSING(
            "WEIR-026 A resolver is missing",
            "a CDI bean with this @Named name that implements io.weir.KeyResolver for a key,"
                    + " io.weir.CostResolver for a cost, io.weir.PlanResolver for a plan"),
    /** A limited object that the application makes by itself. */
    PRODUCED(
            "WEIR-027 A produced object is not limited",
            "the limited class as a bean of its own (a scope such as @ApplicationScoped): CDI does"
                    + " not intercept what a producer has made"),
    /** A Redisson file that is missing, cannot be read, or says what Redisson does not know. */
    REDISSON_FILE(
            "WEIR-028 The Redisson file cannot be used",
            "a Redisson YAML file with singleServerConfig, sentinelServersConfig or"
                    + " clusterServersConfig"),
    /** A qualified client of the application that cannot be used. */
    REDISSON_BEAN(
            "WEIR-029 The application's RedissonClient cannot be used",
            "exactly one CDI bean of the type org.redisson.api.RedissonClient with @WeirRedis"),
    /** A qualified client of the application beside settings that say where Redis is. */
    REDISSON_BEAN_WINS(
            Severity.WARNING,
            "WEIR-030 The application's RedissonClient wins over a setting",
            "no weir.redis setting but the deadline and the engine: the application's own client"
                    + " says where Redis is"),
    /** A parameter that cannot say what a call costs. */
    COST_PARAMETER(
            "WEIR-031 A cost that is no number",
            "one @Cost parameter of type int, long, short, byte or a wrapper of these"),
    /** Several beans that would all answer. */
    ANSWERS_AMBIGUOUS(
            "WEIR-032 Several beans answer refusals",
            "one CDI bean of type io.weir.RefusalResponse, or one @Alternative with a @Priority"),
    /** A setting that changed to what an application cannot take up while it runs. */
    CHANGE(
            "WEIR-033 A limit cannot change so while the application runs",
            "other numbers of permits for the same windows; anything else takes a new deployment"),
    /** A place that is limited and exempt at once. */
    LIMITED_AND_EXEMPT(
            "WEIR-034 A place is limited and exempt at once",
            "either @RateLimited or @RateLimited.None there; @RateLimited.None on a method exempts it"
                    + " from the limits of its class"),
    /** A policy of the filter that is to skip what it refuses. */
    SKIP_IN_FILTER(
            "WEIR-035 A path cannot be skipped",
            "onRefusal = THROW for a policy with a path, which the filter answers with 429; or no"
                    + " path, where the method is to be left out"),
    /** A charge for which nobody is known, though its key tells clients or users apart. */
    NOBODY(
            Severity.WARNING,
            "WEIR-036 A call that belongs to nobody",
            "RateLimiter.asCurrentClient(task) around what a request does on a thread of its own;"
                    + " key = global for work that belongs to no client. All calls of this kind are"
                    + " one count"),
    /** A limited method that a container of web sockets calls. */
    WEB_SOCKET(
            "WEIR-037 A message of a web socket cannot be refused",
            "RateLimiter.tryAcquire(policy, key, permits) in the method, with the key of the client"
                    + " that the handshake has kept: servers call it past CDI, or on threads that do"
                    + " not know the client"),
    /** A limited message-driven bean. */
    MESSAGE_DRIVEN(
            "WEIR-038 A message-driven bean cannot be refused",
            "RateLimiter.acquire(atMost, policy) in the method, which waits: nobody gets the"
                    + " refusal, and a message that is refused is delivered again at once"),
    /** What takes a bean, where there are none. */
    NO_CDI(
            "WEIR-039 There is no CDI",
            "CDI in the application, such as org.jboss.weld.servlet:weld-servlet-core on Tomcat or"
                    + " Jetty: without it policies with a path, @RateLimited on servlet classes and"
                    + " the RateLimiter of the servlet context are all there is"),
    /** Only the application's filters know whom a policy counts, and one of them answers. */
    ANSWERED_IN_FRONT(
            Severity.WARNING,
            "WEIR-040 A filter answers for somebody unknown",
            "a limit with the key client at this path, which is decided before the filter; this one"
                    + " counts the client's address where a filter answers by itself"),
    /** A switch that keeps JAX-RS from finding the feature. */
    SERVICES_OFF(
            "WEIR-041 JAX-RS is to load no services",
            "that switch to be removed, or io.weir.internal.edge.jaxrs.WeirFeature among the classes of the"
                    + " application: JAX-RS finds Weir as a service, and would not limit any"
                    + " resource"),
    /** The web container was told to leave the library's initializer out. */
    NO_FILTERS(
            "WEIR-042 The web application has no filters of Weir",
            "<name>weir</name> or <others/> in <absolute-ordering>, and the jar in WEB-INF/lib:"
                    + " without its filters paths and servlets are not limited, and no client is"
                    + " known"),
    /** What only failures cost, where nobody sees whether it fails. */
    FAILURE_UNSEEN(
            "WEIR-043 A failure that nobody sees",
            "a method that has ended when it returns, or a CompletionStage, with"
                    + " countWhen = FAILURE"),
    /** Two files of the application that say different things. */
    SETTING_TWICE(
            Severity.WARNING,
            "WEIR-044 Two files say one setting",
            "one META-INF/weir.properties with this setting, or the same text in both; the first"
                    + " holds"),
    /** An object that was made by hand, of a class whose limits only an interceptor can decide. */
    NOT_INTERCEPTED(
            Severity.WARNING,
            "WEIR-045 A resource was made past CDI",
            "an object that CDI has made (@Inject Instance<...> in the locator, getClasses() of"
                    + " the Application): only its interceptor sees @ResourceId, @Cost and onRefusal"
                    + " = SKIP, and it was not called"),
    /** An annotated class does not see the library. */
    LIBRARY_UNSEEN(
            "WEIR-046 An annotation of a library that its class does not see",
            "the library in the lib of the EAR, where all of its modules see it"),
    /** The container has one class loader for a web module and for others. */
    MODULE_UNKNOWN(
            "WEIR-047 A web module cannot be told from the rest of its EAR",
            "a class loader for each web module (a server may have a switch for a single one), or one"
                    + " WAR instead of the EAR"),
    /** A calendar quota that cannot be read. */
    QUOTA_TEXT(
            "WEIR-048 A calendar quota cannot be read",
            "N/day in ZONE, N/week from DAY in ZONE or N/month in ZONE, such as 50000/month in UTC or"
                    + " 5000/week from monday in Europe/Paris"),
    /** A time zone that this JVM does not have. */
    TIME_ZONE(
            "WEIR-049 A time zone is not known",
            "a zone of this JVM, such as UTC, Europe/Paris or +02:00"),
    /** Counts of days in a Redis that a restart empties. */
    SHORT_MEMORY(
            Severity.WARNING,
            "WEIR-050 Redis may forget what is counted for longer than a day",
            "appendonly yes, where a client must not begin anew when Redis is started again: the nodes"
                    + " know only what each has admitted itself, until they are started again, too"),
    /** A login of the container, a redirect, or a filter that was put in front of Weir's. */
    NOT_REACHED(
            Severity.WARNING,
            "WEIR-051 A request under a limited path never arrived",
            "a login that the application checks (a filter, a bean, a resource): what its container"
                    + " answers by itself is neither counted nor refused"),
    /** A filter knows the user, and is called behind the one that counts. */
    FILTER_BEHIND(
            Severity.WARNING,
            "WEIR-052 A filter may know the user too late",
            "a filter that is declared (web.xml, @WebFilter) or added by an initializer, mapped to"
                    + " a path: users whom only one behind knows count as their address"),
    /** An extension of CDI has added an annotation to a bean. */
    ADDED_BY_CODE(
            "WEIR-053 A limit that only an extension knows",
            "the annotation in the source, at the class, its method or another annotation there:"
                    + " limits are read from classes, not from what an extension says of them"),
    /** Both artifacts on one class path, or two versions of one. */
    THERE_TWICE(
            "WEIR-054 Weir is there twice",
            "one jar, of io.weir:weir or of io.weir:weir-redisson: all have the same classes"),
    /** A client of the application, and a Weir that knows no Redisson but the one inside it. */
    REDISSON_INSIDE(
            "WEIR-055 The application's RedissonClient needs the other artifact",
            "io.weir:weir-redisson instead of io.weir:weir, which has a Redisson of its own inside"
                    + " and cannot use the application's; or no bean with @WeirRedis, and"
                    + " weir.redis.url or a Redisson file, weir.redis.config"),
    /** The application's Redisson is one that Weir was not made for. */
    REDISSON_MISFIT(
            "WEIR-056 The application's Redisson does not fit",
            "Redisson 4.7 or a later 4, with Netty 4.2; or io.weir:weir, which has its own inside,"
                    + " instead of io.weir:weir-redisson"),
    /** {@code REDIS_URL} is used, but not all of it. */
    REDIS_URL_PARTS(
            Severity.WARNING,
            "WEIR-058 REDIS_URL is not used as it is",
            "redis://USER:PASSWORD@host:6379/0, rediss:// for TLS; the rest of it is used"),
    /** {@code REDIS_URL} is meant for something that is not reached by TCP. */
    REDIS_URL_OF_OTHERS(
            Severity.WARNING,
            "WEIR-059 REDIS_URL is no address of a Redis that Weir can reach",
            "redis://host:6379, rediss:// for TLS; limits count in this JVM only"),
    /** Code of the application that a key, a cost or a plan needs threw, or answered null. */
    RESOLVER_FAILED(
            Severity.WARNING,
            "WEIR-060 A key, a cost or a plan of the application could not be had",
            "a value, or an empty Optional; the client's address is counted instead, at the cost"
                    + " of the policy, by the plan that is found next"),
    /** A name in {@code weir.plans} that no setting can hold. */
    PLAN_NAME(
            "WEIR-061 A plan's name cannot be used",
            "names of letters, digits, - and _, separated by commas, that differ in more than case"
                    + " and these"),
    /** What should tell a plan cannot be read. */
    PLAN_SOURCE(
            "WEIR-062 What tells a plan cannot be read",
            "bean:NAME, role, claim:NAME or network, each once; several separated by commas are"
                    + " asked in that order"),
    /** A policy asks for plans, and there are none. */
    NO_PLANS(
            "WEIR-063 A policy asks for a plan, and there are none",
            "weir.plans with their names, such as weir.plans = free, gold"),
    /** A plan's limit of other windows than the policy's own. */
    PLAN_LIMIT(
            "WEIR-064 A plan's limit does not fit its policy",
            "other numbers of permits for the windows of the policy's own limit"),
    /** A setting of a plan that no policy asks for. */
    UNUSED_PLAN(
            Severity.WARNING,
            "WEIR-065 A setting of a plan that nothing asks for",
            "weir.plan.NAME.mode, .networks or .policy.POLICY.limit, with a name of weir.plans and"
                    + " a policy with weir.policy.POLICY.plan"),
    /** What tells a plan has told one that nobody has declared. */
    UNKNOWN_PLAN(
            Severity.WARNING,
            "WEIR-066 A plan that nobody has declared",
            "one of weir.plans, or nothing; the policy's own limit holds instead"),
    /** A claim, and nothing that reads tokens. */
    NO_TOKENS(
            "WEIR-067 A claim without MicroProfile JWT",
            "a server with MicroProfile JWT, or role, network or bean:NAME instead of the claim"),
    /** What an operator wants to set for a while cannot be. */
    OVERRIDE(
            "WEIR-070 An override cannot be set",
            "a limit of other numbers or a mode, and for how long: 1s to 7d"),
    /** A role that everybody has. */
    CONSOLE_ROLE(
            "WEIR-071 The role for the console is everybody's",
            "the name of one role that only operators have"),
    /** A clock that tests set, in an application that is no test. */
    TEST_KIT(
            "WEIR-080 The test kit is deployed",
            "weir.testing=true in a test; anywhere else no weir-testing.jar"),
    /** Permits that would be used too long after they were taken. */
    LEASE(
            "WEIR-081 A lease that the limits do not bear",
            "at most half of each window, and half of the time that fills each bucket; none with a"
                    + " calendar quota or with countWhen other than ALWAYS");

    private final Severity severity;
    private final String heading;
    private final String expected;

    ProblemCode(String heading, String expected) {
        this(Severity.ERROR, heading, expected);
    }

    ProblemCode(Severity severity, String heading, String expected) {
        this.severity = severity;
        this.heading = heading;
        this.expected = expected;
    }

    /** How grave it is unless its reporter says otherwise. */
    Severity severity() {
        return severity;
    }

    /** The code that logs and documents show, and what is wrong, in a few words. */
    String heading() {
        return heading;
    }

    /** What would be right, where the reporter has nothing better to say. */
    String expected() {
        return expected;
    }
}
