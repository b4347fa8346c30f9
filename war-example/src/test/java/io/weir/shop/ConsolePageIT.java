package io.weir.shop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The page in a real browser: signing in, what docs/operations.md says to do on it, line by line
 * and by the names that a screen reader gives, with the keyboard, light and dark.
 */
@Tag("heavy")
class ConsolePageIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    @SuppressWarnings("try") // Redis goes first
    void theGuideIsFollowedOnThePage() throws Exception {
        Path pictures = Path.of(System.getProperty("shop.target"));
        try (ShopRedis redis = ShopRedis.started();
                ShopServer shop = OperatorIT.server("it-page", redis);
                ShopServer second = OperatorIT.server("it-page-2", redis);
                Chromium browser = new Chromium()) {
            signIn(browser, shop);
            await(browser, "Redis decides for all nodes");
            ShopClient client = new ShopClient(shop.page(), "203.0.113.81");
            ConsoleClient there = new ConsoleClient(second);
            for (OperationsGuide.Block block : OperationsGuide.blocks("page")) {
                OperatorIT.searchUntilRefused(client);
                List<String> lines = block.lines();
                for (String line : lines.subList(0, lines.size() - 1)) {
                    if (line.startsWith("[")) {
                        browser.press(line.substring(1, line.length() - 1));
                        Thread.sleep(500); // as fast as nobody is
                    } else {
                        String[] field = line.split(": ", 2);
                        browser.type(field[0], field[1]);
                    }
                }
                String says = lines.get(lines.size() - 1);
                await(browser, says);
                switch (block.heading()) {
                    case "Why was this client refused?" ->
                            await(browser, "candidate 5/min would refuse it");
                    case "Free a client" -> {
                        await(browser, "candidate 5/min would admit it");
                        assertThat(browser.focused()).isEqualTo("Reset search of this client");
                    }
                    default -> {
                        boolean raises = says.contains("limit 10/h burst 20");
                        OperatorIT.until(() -> OperatorIT.isRaised(there) == raises);
                        assertThat(browser.focused()).isEqualTo("Override search");
                    }
                }
            }
            await(browser, "Candidate 5/min: would have refused");
            await(browser, "In the window of 5/min half of the clients use");
            browser.run("scrollTo(0, 0)");
            for (String scheme : new String[] {"light", "dark"}) {
                browser.prefers(scheme);
                browser.screenshot(pictures.resolve("console-" + scheme + ".png"));
                legible(browser);
            }
            // Nothing comes from elsewhere.
            JsonNode loaded =
                    browser.run("return performance.getEntriesByType('resource').map(e => e.name)");
            loaded.forEach(
                    url ->
                            assertThat(url.asText())
                                    .startsWith(shop.page().resolve("/").toString()));
            redis.close();
            freed(browser, client);
        }
    }

    private static void signIn(Chromium browser, ShopServer shop) throws Exception {
        browser.open(shop.page() + "operator/");
        browser.type("User", ServerKind.OPERATOR);
        browser.type("Password", shop.password());
        browser.press("Sign in");
    }

    /** While Redis is away. */
    private static void freed(Chromium browser, ShopClient client) throws Exception {
        await(browser, "Redis is away: this page speaks for this node alone");
        await(browser, "Policies, this node");
        OperatorIT.searchUntilRefused(client);
        browser.press("Explain");
        await(browser, "203.0.113.81: refused by search (decided by local)");
        browser.press("Reset search of this client");
        await(browser, "reset on this node");
        await(browser, "203.0.113.81: admitted (decided by local)");
        assertThat(client.get("search?q=tea").statusCode()).isEqualTo(200);
    }

    /** An application with many policies, one without a short name, and no Redis. */
    @Test
    void manyPoliciesAndLongNamesByKeyboardAndByEar() throws Exception {
        String names =
                IntStream.range(0, 25)
                        .mapToObj(i -> "policy_" + i)
                        .collect(Collectors.joining(","));
        String longest = "a_name_" + "that_does_not_end_".repeat(7);
        Map<String, String> settings = new HashMap<>();
        settings.put("WEIR_POLICIES", names + "," + longest);
        for (String name : (names + "," + longest).split(",")) {
            String setting = "WEIR_POLICY_" + name.toUpperCase(Locale.ROOT) + "_LIMIT";
            settings.put(setting, "100/min");
        }
        Path pictures = Path.of(System.getProperty("shop.target"));
        try (ShopServer shop = ShopServer.startForTest("it-page-many", settings);
                Chromium browser = new Chromium()) {
            signIn(browser, shop);
            await(browser, longest);
            await(browser, "This node decides alone: no Redis is configured");
            for (int width : new int[] {1280, 800, 400}) {
                browser.size(width, 1000);
                browser.screenshot(pictures.resolve("console-many-" + width + ".png"));
                String wider = "document.documentElement.scrollWidth - innerWidth";
                assertThat(browser.run("return " + wider).asInt()).as("%s", width).isNotPositive();
            }
            browser.size(1280, 1000);
            String fits =
                    """
                    const table = document.getElementById('policies');
                    const explain = document.querySelector('#lookup button');
                    return table.scrollWidth <= table.clientWidth
                      && explain.getBoundingClientRect().bottom < innerHeight;
                    """;
            assertThat(browser.run(fits).asBoolean()).isTrue();
            byKeyboard(browser);
            byEar(browser);
        }
    }

    /** From the top to the end by Tab alone; and it is seen where one is. */
    private static void byKeyboard(Chromium browser) throws Exception {
        browser.run("document.activeElement.blur()");
        List<String> names = new ArrayList<>();
        do {
            names.add(browser.key("\uE004"));
            assertThat(browser.run("return getComputedStyle(document.activeElement).outlineStyle"))
                    .as("%s", names)
                    .hasToString("\"solid\"");
        } while (!names.contains("Explain") && names.size() < 120);
        assertThat(names)
                .startsWith("To the policies")
                .containsSubsequence("from where: search", "Override search")
                .containsSubsequence(
                        "Client's address",
                        "Method",
                        "Path",
                        "User",
                        "or policy",
                        "Resource ids",
                        "Explain")
                .doesNotHaveDuplicates()
                .doesNotContain("");
        browser.run("document.querySelector('[aria-label=\"Override search\"]').focus()");
        browser.run("return refresh()");
        assertThat(browser.focused()).isEqualTo("Override search"); // in a row that is another one
        assertThat(browser.key("\uE007")).isEqualTo("Limit, other numbers only");
        browser.run("return refresh()");
        browser.key("\uE00C"); // Escape
        assertThat(browser.focused()).isEqualTo("Override search");
    }

    /**
     * What has no name is not there for who does not see; what is told again and again, too much.
     */
    private static void byEar(Chromium browser) throws Exception {
        List<String> all = browser.accessible();
        assertThat(all)
                .contains(
                        "RootWebArea Weir console",
                        "main ",
                        "region Policies, this node, the last ten minutes",
                        "region Look a client up",
                        "region Refused most lately",
                        "region Nodes and proxies",
                        "image search: 0 admitted, 0 refused in the last ten minutes",
                        "rowheader search",
                        "columnheader near limit",
                        "textbox Client's address",
                        "combobox or policy",
                        "button Override search",
                        "button Explain");
        assertThat(all)
                .doesNotContain(
                        "button ", "textbox ", "combobox ", "image ", "link ", "region ", "dialog ")
                .doesNotContain("DisclosureTriangle ", "DisclosureTriangle from where");
        String told =
                """
                const told = [];
                const seen = new MutationObserver((all) => told.push(...all));
                document.querySelectorAll('[role=status], [role=alert], [aria-live]').forEach((one) =>
                  seen.observe(one, { childList: true, characterData: true, subtree: true }));
                return refresh().then(() => told.length + seen.takeRecords().length);
                """;
        assertThat(browser.run(told).asInt()).isZero();
    }

    private static void await(Chromium browser, String text) throws Exception {
        long until = System.nanoTime() + PATIENCE.toNanos();
        String shown = "";
        while (!shown.contains(text)) {
            assertThat(System.nanoTime()).as("%s in %s", text, shown).isLessThan(until);
            Thread.sleep(100);
            shown = shown(browser);
        }
    }

    private static String shown(Chromium browser) throws Exception {
        return browser.run("return document.body ? document.body.innerText : ''").asText();
    }

    /** WCAG AA: 4.5 to 1 for every text that is shown. */
    private static void legible(Chromium browser) throws Exception {
        String script =
                """
                const parse = (c) => c.match(/[\\d.]+/g).map(Number);
                const lum = ([r, g, b]) => [r, g, b].map((v) => v / 255)
                  .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                  .reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
                const back = (e) => {
                  for (; e; e = e.parentElement) {
                    const c = parse(getComputedStyle(e).backgroundColor);
                    if (c.length < 4 || c[3] > 0) return c;
                  }
                  return [255, 255, 255];
                };
                return [...document.querySelectorAll('body *')]
                  .filter((e) => e.offsetParent && [...e.childNodes].some((n) =>
                    n.nodeType === 3 && n.textContent.trim()))
                  .map((e) => {
                    const a = lum(parse(getComputedStyle(e).color)), b = lum(back(e));
                    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.outerHTML.slice(0, 80)];
                  }).filter(([ratio]) => ratio < 4.5).map(([ratio, e]) => ratio + ' ' + e);
                """;
        assertThat(browser.run(script).toString()).isEqualTo("[]");
    }
}
