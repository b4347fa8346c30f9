package io.weir.internal.edge.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.ClientIdentity;
import io.weir.CountWhen;
import io.weir.Edge;
import io.weir.Key;
import io.weir.Limit;
import io.weir.Policy;
import io.weir.internal.count.CountingStore;
import io.weir.internal.guard.CurrentOperation;
import io.weir.internal.guard.Gate;
import io.weir.internal.guard.Keys;
import io.weir.internal.guard.Operation;
import io.weir.internal.guard.Plans;
import io.weir.internal.guard.Rule;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What only failures cost comes back when the answer is there, and not before. */
class AnswerListenerTest {

    private static final Policy LOGIN =
            Policy.of("login", new Limit.SlidingWindow(3, Duration.ofHours(1)))
                    .with(CountWhen.FAILURE);

    private final CountingStore store = new CountingStore(10, System::nanoTime, () -> {});
    private final Operation operation =
            new Operation(() -> as(ClientIdentity.class, (p, method, a) -> "203.0.113.7"));

    AnswerListenerTest() {
        new Gate(
                        name -> () -> LOGIN,
                        store,
                        new Keys(Map.of(), Map.of(), "weir", (policy, source, thrown) -> {}),
                        Plans.NONE,
                        new CurrentOperation(),
                        operation.caller(),
                        policy -> {},
                        (policy, key, edge, decidedBy, decision, nanos) -> {},
                        System::nanoTime)
                .enter(List.of(Rule.of(() -> LOGIN)), operation, Edge.FILTER);
    }

    private static <T> T as(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(
                        AnswerListenerTest.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** As Undertow's: once it is dispatched again, nothing asynchronous is going on. */
    private static HttpServletRequest request(DispatcherType dispatch, boolean dispatchedAgain) {
        return as(
                HttpServletRequest.class,
                (proxy, method, arguments) ->
                        switch (method.getName()) {
                            case "getDispatcherType" -> dispatch;
                            case "isAsyncStarted" -> false;
                            case "getAttribute" ->
                                    dispatchedAgain
                                                    && arguments[0].equals(
                                                            AsyncContext.ASYNC_REQUEST_URI)
                                            ? "/login"
                                            : null;
                            default -> throw new AssertionError(method.getName());
                        });
    }

    private static HttpServletResponse response(int status) {
        return as(HttpServletResponse.class, (proxy, method, arguments) -> status);
    }

    private long left() {
        return store.peek(LOGIN, Key.ofClient("203.0.113.7")).get(0).remaining();
    }

    @Test
    void aSuccessCostsNothing() {
        assertThat(left()).isEqualTo(2);
        AnswerListener.of(
                operation.pending(), request(DispatcherType.REQUEST, false), response(200));
        assertThat(left()).isEqualTo(3);
    }

    @Test
    void aRequestThatIsDispatchedAgainHasNoAnswerYet() {
        AnswerListener.of(
                operation.pending(), request(DispatcherType.REQUEST, true), response(200));
        assertThat(left()).isEqualTo(2);
        AnswerListener.of(operation.pending(), request(DispatcherType.ASYNC, true), response(401));
        assertThat(left()).isEqualTo(2);
        AnswerListener.of(operation.pending(), request(DispatcherType.ASYNC, true), response(200));
        assertThat(left()).as("it has failed before").isEqualTo(2);
    }

    @Test
    void whoHangsUpIsJudgedByTheStatus() {
        AnswerListener.broken(
                operation.pending(), request(DispatcherType.REQUEST, false), committed(302));
        assertThat(left()).isEqualTo(3);
    }

    @Test
    void whoHangsUpBeforeThereIsOneHasFailed() {
        AnswerListener.broken(
                operation.pending(), request(DispatcherType.REQUEST, false), committed(0));
        assertThat(left()).isEqualTo(2);
        AnswerListener.broken(
                operation.pending(), request(DispatcherType.REQUEST, false), committed(302));
        assertThat(left()).as("it has failed before").isEqualTo(2);
    }

    private static HttpServletResponse committed(int status) {
        return as(
                HttpServletResponse.class,
                (proxy, method, arguments) ->
                        method.getName().equals("isCommitted") ? (Object) (status > 0) : status);
    }

    /**
     * As Open Liberty's context, which no longer tells the request, and as GlassFish's, which sets
     * the response of a listener to 200 first.
     */
    @Test
    void anAsynchronousAnswerIsReadWhereItIsWritten() throws IOException {
        int[] status = {200};
        HttpServletResponse response =
                as(
                        HttpServletResponse.class,
                        (proxy, method, arguments) ->
                                method.getName().equals("setStatus")
                                        ? status[0] = (int) arguments[0]
                                        : status[0]);
        Object[][] added = new Object[1][];
        AsyncContext context =
                as(
                        AsyncContext.class,
                        (proxy, method, arguments) -> {
                            if (!method.getName().equals("addListener")) {
                                throw new IllegalStateException(method.getName());
                            }
                            added[0] = arguments;
                            return null;
                        });
        HttpServletRequest request =
                as(
                        HttpServletRequest.class,
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "getDispatcherType" -> DispatcherType.REQUEST;
                                    case "isAsyncStarted" -> true;
                                    case "getAsyncContext" -> context;
                                    case "getAttribute" -> null;
                                    default -> throw new AssertionError(method.getName());
                                });
        AnswerListener.of(operation.pending(), request, response);
        status[0] = 401;
        ((HttpServletResponse) added[0][2]).setStatus(200);
        assertThat(status[0]).isEqualTo(401);
        ((AsyncListener) added[0][0]).onComplete(new AsyncEvent(context, request, response));
        assertThat(left()).as("it has failed").isEqualTo(2);
    }
}
