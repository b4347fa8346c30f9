package io.weir.shop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
                ShopServer shop = ShopServer.startForTest("it-page", trying(redis));
                ShopServer second = ShopServer.startForTest("it-page-2", trying(redis));
                Chromium browser = new Chromium()) {
            ShopClient client = new ShopClient(shop.page(), "203.0.113.81");
            browser.open(shop.page() + "operator/");
            browser.type("User", ServerKind.OPERATOR);
            browser.type("Password", shop.password());
            browser.press("Sign in");
            await(browser, "Redis has decided");
            ConsoleClient there = new ConsoleClient(second);
            for (OperationsGuide.Block block : OperationsGuide.blocks("page")) {
                Searching searching = new Searching(client); // for it comes free again
                List<String> lines = block.lines();
                for (String line : lines.subList(0, lines.size() - 1)) {
                    if (line.startsWith("[Reset")) {
                        searching.close();
                    }
                    if (line.startsWith("[")) {
                        browser.press(line.substring(1, line.length() - 1));
                        Thread.sleep(500); // as fast as nobody is
                    } else {
                        String[] field = line.split(": ", 2);
                        browser.type(field[0], field[1]);
                    }
                }
                String says = lines.get(lines.size() - 1);
                boolean asks = lines.get(lines.size() - 2).equals("[Explain]");
                for (int again = 0; asks && again < 20 && !shown(browser).contains(says); again++) {
                    browser.press("Explain"); // a permit had just come free
                    Thread.sleep(700);
                }
                await(browser, says);
                if (asks) {
                    await(browser, "candidate 5/min would refuse it");
                }
                if (block.heading().startsWith("Raise")) {
                    raised(there, says.contains("limit 60/min"));
                }
                searching.close();
            }
            await(browser, "Candidate 5/min: would have refused");
            await(browser, "In the window of 5/min half of the clients use");
            await(browser, "candidate 5/min would admit it"); // he was reset
            for (String scheme : new String[] {"light", "dark"}) {
                browser.prefers(scheme);
                browser.screenshot(pictures.resolve("console-" + scheme + ".png"));
                legible(browser);
            }
            // Nothing that can be pressed or filled in is without a name.
            assertThat(
                            browser.run(
                                            "return [...document.querySelectorAll('button,input,select')]"
                                                    + ".filter(e => !e.getAttribute('aria-label')"
                                                    + " && !e.textContent.trim() && !e.labels.length)"
                                                    + ".map(e => e.outerHTML)")
                                    .size())
                    .isZero();
            assertThat(
                            browser.run(
                                            "return document.querySelectorAll('svg[aria-label]').length")
                                    .asInt())
                    .isGreaterThan(3);
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

    /** On the other node, too. */
    private static void raised(ConsoleClient there, boolean is) throws Exception {
        long until = System.nanoTime() + PATIENCE.toNanos();
        String said = "";
        while (said.isEmpty() || said.contains("\"permits\":20") != is) {
            assertThat(System.nanoTime()).as(said).isLessThan(until);
            Thread.sleep(100);
            said = there.get("explain", Map.of("client", "203.0.113.81", "path", "/search"));
        }
    }

    /** While Redis is away. */
    private static void freed(Chromium browser, ShopClient client) throws Exception {
        await(browser, "this page speaks for this node alone");
        Searching searching = new Searching(client);
        for (int i = 0; i < 20 && !shown(browser).contains("refused by search"); i++) {
            browser.press("Explain"); // a permit had just come free
            Thread.sleep(700);
        }
        await(browser, "203.0.113.81: refused by search (decided by local)");
        searching.close();
        browser.press("Reset search of this client");
        await(browser, "on this node");
        browser.press("Explain");
        await(browser, "203.0.113.81: admitted (decided by local)");
        assertThat(client.get("search?q=tea").statusCode()).isEqualTo(200);
    }

    private static Map<String, String> trying(ShopRedis redis) {
        Map<String, String> environment = new HashMap<>(redis.environment());
        environment.put("WEIR_POLICY_SEARCH_CANDIDATE", "5/min");
        return environment;
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
