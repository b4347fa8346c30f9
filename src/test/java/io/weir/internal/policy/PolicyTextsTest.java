package io.weir.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.Policy.Price;
import io.weir.StatusCodes;
import io.weir.internal.http.Dispatch;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The small texts of a policy: costs, status codes, dispatchers, exemptions. */
class PolicyTextsTest {

    @Test
    void costs() {
        assertThat(Fixture.read(Reader::cost, "5")).isEqualTo(new Price(5, ""));
        assertThat(Fixture.read(Reader::cost, "bean: weight")).isEqualTo(new Price(1, "weight"));
        assertThat(Fixture.read(Reader::cost, "2147483647").permits()).isEqualTo(2147483647L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "x", "2147483648", "1.5", "bean", "bean:", "weight"})
    void whatIsNoCost(String text) {
        assertThat(Fixture.refuse(Reader::cost, text))
                .satisfies(
                        p -> {
                            assertThat(p.given()).contains('"' + text + '"');
                            assertThat(p.expected()).contains("bean:NAME");
                        });
    }

    @Test
    void statusCodes() {
        StatusCodes codes = Fixture.read(StatusText::parse, "401, 403 ,5XX,410 - 412");
        for (int status : new int[] {401, 403, 410, 411, 412, 500, 599}) {
            assertThat(codes.contains(status)).as("%d", status).isTrue();
        }
        for (int status : new int[] {100, 200, 400, 402, 404, 409, 413, 499}) {
            assertThat(codes.contains(status)).as("%d", status).isFalse();
        }
        assertThat(Fixture.read(StatusText::parse, StatusText.format(codes))).isEqualTo(codes);
        assertThat(StatusText.format(StatusCodes.ERRORS)).isEqualTo("400-599");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"4x", "6xx", "99", "600", "403-401", "401,,403", ",", "401;403", "4xx-5xx"})
    void whatAreNoStatusCodes(String text) {
        assertThat(Fixture.refuse(StatusText::parse, text))
                .satisfies(
                        p -> {
                            assertThat(p.code()).isEqualTo(ProblemCode.SETTING_VALUE);
                            assertThat(p.given()).contains('"' + text + '"');
                            assertThat(p.expected()).contains("5xx");
                        });
    }

    @Test
    void dispatchers() {
        assertThat(Fixture.read(Reader.someOf(Dispatch.class), "Request, include"))
                .isEqualTo(Set.of(Dispatch.REQUEST, Dispatch.INCLUDE));
        assertThat(Fixture.refuse(Reader.someOf(Dispatch.class), "request, inclde"))
                .satisfies(
                        p -> {
                            assertThat(p.given()).isEqualTo("\"inclde\"");
                            assertThat(p.hint())
                                    .hasValueSatisfying(h -> assertThat(h).contains("include"));
                        });
    }

    @Test
    void exemptions() {
        assertThat(Fixture.read(RouteText::paths, "/health, /static/*"))
                .isEqualTo(List.of("/health", "/static/*"));
        assertThat(Fixture.refuse(RouteText::paths, "/health, static").given()).contains("static");
        assertThat(Fixture.read(NetworkText::networks, "10.0.0.0/8, 2001:db8::1"))
                .hasToString("[10.0.0.0/8, 2001:db8::1]");
        for (String bad :
                List.of("10.0.0.0/8, localhost", "0.0.0.0/0", "::/0", "10.0.0.0/33", "")) {
            assertThat(Fixture.refuse(NetworkText::networks, bad).expected()).contains("CIDRs");
        }
    }
}
