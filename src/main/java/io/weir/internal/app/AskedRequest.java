package io.weir.internal.app;

import io.weir.internal.answer.Answer;
import io.weir.internal.http.Dispatch;
import io.weir.internal.http.RequestView;
import io.weir.internal.operator.Question;
import java.security.Principal;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that nobody has sent: an operator asks what it would meet. */
record AskedRequest(Question question) implements RequestView {

    @Override
    public String method() {
        return question.method();
    }

    @Override
    public List<String> paths() {
        String path = question.path().replaceAll("[?#;].*$", "");
        return List.of(path.startsWith("/") ? path : "/" + path);
    }

    @Override
    public Dispatch dispatch() {
        return Dispatch.REQUEST;
    }

    @Override
    public Optional<String> servlet() {
        return Optional.empty();
    }

    @Override
    public String peer() {
        return question.client();
    }

    @Override
    public List<String> header(String name) {
        String line = question.headers().get(name);
        return line == null ? List.of() : List.of(line);
    }

    @Override
    public Collection<String> headerNames() {
        return question.headers().keySet();
    }

    @Override
    public void fields(List<Answer.Field> fields) {
        // There is no answer.
    }

    @Override
    public @Nullable Principal user() {
        String name = question.user();
        return name.isEmpty() ? null : () -> name;
    }
}
