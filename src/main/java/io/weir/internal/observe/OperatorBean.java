package io.weir.internal.observe;

import io.weir.internal.operator.Operator;
import io.weir.internal.operator.Question;
import java.lang.reflect.InvocationTargetException;
import java.security.AccessController;
import java.security.Principal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.management.openmbean.CompositeData;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/** What an operator may do, as operations in JMX: by the login of the server that shows them. */
final class OperatorBean {

    private OperatorBean() {}

    static void add(SimpleMBean bean, Operator operator) {
        bean.addOperation(
                "explain",
                CompositeData.class,
                "What such a request would meet now; takes nothing",
                List.of("method", "path", "client", "user", "headers"),
                a ->
                        OpenData.of(
                                operator.explain(
                                        new Question(
                                                "",
                                                List.of(),
                                                a[0],
                                                a[1],
                                                a[2],
                                                a[3],
                                                headers(a[4])))));
        bean.addOperation(
                "explainPolicy",
                CompositeData.class,
                "What one policy would decide now; takes nothing. Ids are separated by blanks",
                List.of("policy", "client", "user", "headers", "ids"),
                a ->
                        OpenData.of(
                                operator.explain(
                                        new Question(
                                                a[0],
                                                words(a[4]),
                                                "",
                                                "",
                                                a[1],
                                                a[2],
                                                headers(a[3])))));
        bean.addOperation(
                "peek",
                CompositeData[].class,
                "What is left of each limit, for an address, or a key as explain says it",
                List.of("policy", "key"),
                a -> OpenData.of(operator.peek(a[0], a[1])));
        bean.addOperation(
                "reset",
                String.class,
                "Forgets what was used, for an address, or a key as explain says it",
                List.of("policy", "key"),
                a -> operator.reset(a[0], a[1], who()).says());
        bean.addOperation(
                "override",
                String.class,
                "Another limit (such as 200/min) or mode for a while (such as 10min); empty: as it is",
                List.of("policy", "limit", "mode", "lasts"),
                a -> operator.override(a[0], a[1], a[2], a[3], who()).says());
        bean.addOperation(
                "clearOverride",
                String.class,
                "Ends an override",
                List.of("policy"),
                a -> operator.clear(a[0], who()).says());
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+")).filter(w -> !w.isEmpty()).toList();
    }

    /** Lines, or parts between semicolons: {@code X-Api-Key: k1}. */
    private static Map<String, String> headers(String text) {
        return Question.headers(text.split("[\n;]"));
    }

    /** The user whom the JMX server has authenticated, where it tells. */
    private static String who() {
        Subject subject = subject();
        String names =
                subject == null
                        ? ""
                        : subject.getPrincipals().stream()
                                .map(Principal::getName)
                                .collect(Collectors.joining(", "));
        return (names.isEmpty() ? "unknown" : names) + " by JMX";
    }

    @SuppressWarnings("removal") // until JDK 18 there was nothing else
    private static @Nullable Subject subject() {
        try {
            return (Subject) Subject.class.getMethod("current").invoke(null);
        } catch (NoSuchMethodException e) {
            return Subject.getSubject(AccessController.getContext());
        } catch (IllegalAccessException | InvocationTargetException e) {
            return null;
        }
    }
}
