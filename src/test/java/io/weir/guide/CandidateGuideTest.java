package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.internal.app.Deployment;
import io.weir.internal.operator.Explanation;
import io.weir.internal.operator.Operator;
import io.weir.internal.operator.Overview;
import io.weir.internal.operator.Question;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another number would do. */
class CandidateGuideTest {

    @TempDir Path directory;

    @Test
    void itIsToldWhatAnotherNumberWouldDo() throws Exception {
        Map<String, String> settings =
                Snippets.settings(
                        "a candidate", Map.of("weir.client.trusted-proxies", "127.0.0.1"));
        try (Served app = Served.with(directory, settings)) {
            Operator operator = app.get(Deployment.class).operator();
            Question ada =
                    new Question("", List.of(), "GET", "/search", "203.0.113.7", "", Map.of());
            assertThat(part(operator, ada).candidate()).isEqualTo("30/min would admit it");
            assertThat(app.admitted("/search", "X-Forwarded-For", "203.0.113.7")).isEqualTo(60);
            for (int client = 0; client < 9; client++) {
                app.get("/search", "X-Forwarded-For", "198.51.100." + client);
            }
            assertThat(part(operator, ada).candidate()).isEqualTo("30/min would refuse it");
            Overview.Candidate told = operator.overview().policies().get(0).candidate();
            assertThat(told.limit()).isEqualTo("30/min");
            assertThat(told.calls()).as("one was refused by the limit itself").isEqualTo(70);
            assertThat(told.wouldRefuse()).isEqualTo(31);
            assertThat(told.clients()).isEqualTo(10);
            assertThat(told.wouldRefuseClients()).isEqualTo(1);
            assertThat(told.usage().get(0).p50()).isEqualTo(1);
            assertThat(told.usage().get(0).greatest()).isEqualTo(61);
        }
    }

    private static Explanation.Part part(Operator operator, Question question) {
        return operator.explain(question).policies().get(0);
    }
}
