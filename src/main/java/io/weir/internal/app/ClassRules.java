package io.weir.internal.app;

import io.weir.KeySource;
import io.weir.OnRefusal;
import io.weir.Policy;
import io.weir.RateLimited;
import io.weir.internal.guard.LivePolicy;
import io.weir.internal.guard.Rule;
import io.weir.internal.policy.PolicyCheck;
import io.weir.internal.policy.PolicyRegistry;
import io.weir.internal.policy.ProblemCode;
import io.weir.internal.policy.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes rules of what is demanded of classes. Beans are limited by an interceptor, methods of
 * JAX-RS resources and servlets by the filters in front of them; anything else would silently not
 * be, and is a problem.
 */
final class ClassRules {

    /** The name in braces: {@code {id}} or {@code {id: [0-9]+}}. */
    private static final Pattern PARAMETER = Pattern.compile("\\{\\s*(\\w[\\w.-]*)\\s*[:}]");

    private final Scan scan;
    private final Host host;
    private final PolicyRegistry policies;
    private final MethodRules rules = new MethodRules();

    ClassRules(Scan scan, Host host, PolicyRegistry policies) {
        this.scan = scan;
        this.host = host;
        this.policies = policies;
    }

    MethodRules rules() {
        return rules;
    }

    /** Adds what CDI has found in this module, the beans first. */
    void addDiscovered(Problems problems) {
        List<ScannedClass> held = scan.discovered().filter(c -> host.holds(c.type())).toList();
        for (ScannedClass scanned : held) {
            if (scan.isBean(scanned.type())) {
                scanned.methods().forEach(limited -> addBean(scanned, limited, problems));
            }
        }
        for (ScannedClass scanned : held) {
            if (!scan.isBean(scanned.type())) {
                add(scanned.type(), problems);
            }
        }
    }

    private void addBean(ScannedClass scanned, LimitedMethod limited, Problems problems) {
        if (scanned.isServlet()) {
            checkServlet(limited, problems);
        } else {
            limited.check(problems);
            declare(limited, problems);
        }
    }

    /** Adds a class that CDI does not manage. */
    void add(Class<?> type, Problems problems) {
        if (!type.isAnnotation() && !host.isIdle(type)) { // what bears one is found by itself
            addServed(type, problems);
        }
    }

    /** Adds what serves requests, whatever CDI thinks of it. */
    void addServed(Class<?> type, Problems problems) {
        ScannedClass scanned = scan.of(type);
        if (scanned.isServlet()) {
            scanned.methods().forEach(limited -> checkServlet(limited, problems));
        } else if (type.isInterface()) {
            if (!scanned.methods().isEmpty() && !scan.hasHeirOf(type) && !scanned.isResource()) {
                problems.add(
                        ProblemCode.NOT_MANAGED,
                        type.getName(),
                        "annotations of an interface that no bean implements");
            }
        } else if (!rules.knows(type) && (host.holds(type) || !scan.isBean(type))) {
            // A bean of another module is limited there.
            scanned.methods().forEach(limited -> addUnmanaged(scanned, limited, problems));
        }
    }

    /** Adds the class by which JAX-RS serves an object: of one that others made, an interface. */
    void addResource(Class<?> type, Problems problems) {
        if (type.isInterface()) {
            ScannedClass scanned = scan.of(type);
            scanned.methods().forEach(limited -> addUnmanaged(scanned, limited, problems));
        } else {
            addServed(type, problems);
        }
    }

    private void addUnmanaged(ScannedClass scanned, LimitedMethod limited, Problems problems) {
        Class<?> type = scanned.type();
        boolean hasBeans = scanned.isAbstract() && scan.hasHeirOf(type);
        Optional<ProblemCode> unanswerable = limited.unanswerable();
        if (unanswerable.isPresent()) {
            problems.add(unanswerable.get(), limited.where(), "@RateLimited there");
        } else if (limited.isDecidedEarly()) {
            // Also of an abstract class: its heirs may be resources that nobody else finds.
            declare(limited, problems);
        } else if (hasBeans) {
            return; // their interceptor decides
        } else if (limited.isResourceMethod()) {
            add(ProblemCode.RESOURCE_ID_NOT_MANAGED, false, limited, type.getName(), problems);
        } else if (!limited.ofClass() || !scanned.isResource() || limited.isLocator()) {
            // On its class it means no helper of a resource: nobody calls that from outside.
            boolean maybe = scanned.isAbstract() || (limited.ofClass() && scanned.isResource());
            String given = scanned.isAbstract() ? "a class that no bean extends" : type.getName();
            add(ProblemCode.NOT_MANAGED, maybe, limited, given, problems);
        }
    }

    /** Weld in a servlet container looks for beans only where there is a beans.xml. */
    private void add(
            ProblemCode code, boolean maybe, LimitedMethod limited, String given, Problems to) {
        Optional<String> overlooked =
                Optional.of(
                                "It has a scope; if CDI overlooks the other beans too, add an empty"
                                        + " WEB-INF/beans.xml")
                        .filter(hint -> scan.of(limited.type()).hasScope());
        to.add(code, maybe, limited.where(), given, overlooked);
    }

    /** A servlet is limited as a whole, before any of its methods is called. */
    private static void checkServlet(LimitedMethod limited, Problems problems) {
        if (!limited.ofClass()) {
            problems.add(
                    ProblemCode.NOT_MANAGED,
                    limited.where(),
                    "a method of a servlet",
                    "the annotation on the servlet class, or weir.policy.NAME.path and .methods");
        }
    }

    /** Puts what is demanded of a method into the table. */
    private void declare(LimitedMethod limited, Problems problems) {
        Optional<LivePolicy> declared =
                policies.declare(limited.where(), limited.annotation(), problems);
        if (declared.isEmpty()) {
            return;
        }
        LivePolicy live = declared.get();
        rules.add(limited.type(), limited.method(), limited.rule(live));
        if (!limited.isResourceMethod() && live.get().givesBack() && limited.endsLater()) {
            String result = limited.method().getGenericReturnType().getTypeName();
            problems.add(ProblemCode.FAILURE_UNSEEN, limited.where(), result);
        }
        policies.hasIds(live.get().name(), limited.idNames());
        // Somewhere else than in a resource method nobody knows which path there will be.
        scan.of(limited.type())
                .template(limited)
                .ifPresent(
                        path ->
                                PolicyCheck.key(
                                        limited.where(), live.get(), path, names(path), problems));
    }

    private static List<String> names(String path) {
        return PARAMETER.matcher(path).results().map(name -> name.group(1)).toList();
    }

    /**
     * What is demanded of the servlets of the application.
     *
     * @param classes the name of each one's class, by its own name
     * @param annotated the annotated classes that the container has found
     * @return the rules by the servlet's name, for those that have any
     */
    Map<String, List<Rule>> servlets(
            Map<String, String> classes, Set<Class<?>> annotated, Problems problems) {
        Map<String, List<Rule>> ofServlets = new HashMap<>();
        Set<Class<?>> mapped = new HashSet<>();
        classes.forEach(
                (name, className) -> {
                    Class<?> type = load(className);
                    if (type != null && ScannedClass.isServlet(type)) {
                        mapped.addAll(Inheritance.lineage(type));
                        List<Rule> ofServlet = ofServlet(type, problems);
                        if (!ofServlet.isEmpty()) {
                            ofServlets.put(name, ofServlet);
                        }
                    }
                });
        for (Class<?> type : annotated) {
            if (ScannedClass.isServlet(type)
                    && !mapped.contains(type)
                    && Annotations.speaks(type)) {
                problems.add(
                        ProblemCode.NOT_MANAGED,
                        type.getName(),
                        "a servlet class that is not mapped to any path",
                        "@WebServlet with a path, or a servlet in web.xml; for one that code adds,"
                                + " weir.policy.NAME.path");
            }
        }
        return ofServlets;
    }

    private List<Rule> ofServlet(Class<?> type, Problems problems) {
        List<Rule> ofServlet = new ArrayList<>();
        List<RateLimited> demands =
                Annotations.ofClass(type).map(Annotations.Declared::demands).orElse(List.of());
        for (int i = 0; i < demands.size(); i++) {
            String where = type.getName() + (i == 0 ? "" : " #" + (i + 1));
            if (demands.get(i).onRefusal() == OnRefusal.SKIP) {
                problems.add(
                        ProblemCode.SKIP_RETURN_TYPE,
                        where,
                        "a servlet",
                        "onRefusal = THROW: its client needs an answer");
            }
            Optional<LivePolicy> live = policies.declare(where, demands.get(i), problems);
            live.ifPresent(policy -> checkKey(where, policy.get(), problems));
            live.map(Rule::of).ifPresent(ofServlet::add);
        }
        return ofServlet;
    }

    /** The mapping of a servlet has no names. */
    private static void checkKey(String where, Policy policy, Problems problems) {
        for (KeySource source : policy.key()) {
            if (source.kind() == KeySource.Kind.PATH) {
                problems.add(
                        ProblemCode.KEY_WITHOUT_REQUEST,
                        where,
                        "the key part path:%s at a servlet".formatted(source.name()),
                        "weir.policy.NAME.path with {%s} instead".formatted(source.name()));
            }
        }
    }

    private @Nullable Class<?> load(String className) {
        try {
            return Class.forName(className, false, host.loader());
        } catch (ClassNotFoundException | LinkageError e) {
            return null; // of the server's own
        }
    }
}
