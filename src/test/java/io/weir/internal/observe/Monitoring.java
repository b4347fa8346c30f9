package io.weir.internal.observe;

import static io.weir.internal.observe.Meters.Metric.CANDIDATE_CALLS;
import static io.weir.internal.observe.Meters.Metric.CANDIDATE_CLIENTS;
import static io.weir.internal.observe.Meters.Metric.CANDIDATE_WOULD_REFUSE;
import static io.weir.internal.observe.Meters.Metric.CLOCK_SKEW;
import static io.weir.internal.observe.Meters.Metric.DECISIONS;
import static io.weir.internal.observe.Meters.Metric.DEGRADED;
import static io.weir.internal.observe.Meters.Metric.GIVEN_BACK;
import static io.weir.internal.observe.Meters.Metric.LOCAL_KEYS;
import static io.weir.internal.observe.Meters.Metric.LOST_COUNTS;
import static io.weir.internal.observe.Meters.Metric.MISSED_DEADLINES;
import static io.weir.internal.observe.Meters.Metric.NEAR_LIMIT;
import static io.weir.internal.observe.Meters.Metric.NODES;
import static io.weir.internal.observe.Meters.Metric.STAND_IN;
import static io.weir.internal.observe.Meters.Metric.TAKEN_AHEAD;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonWriter;
import jakarta.json.stream.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules of Prometheus, their tests and the dashboard of Grafana, made of two tables and of the
 * meters that there are. {@link MonitoringTest} writes them, and holds what is written.
 */
final class Monitoring {

    static final Path FOLDER = Path.of("war-example", "monitoring");

    private static final String GUIDE = "docs/operations.md#";

    /** A share of all decisions of an application. */
    private static final String ALL = "sum by (job, application) (rate(%s[5m]))";

    /**
     * A rule, and its twin: that nobody tells what it looks at.
     *
     * @param name of the rule
     * @param watched the series it looks at
     * @param expression fires where it has a result
     * @param lasting for how long
     * @param severity {@code critical}, or {@code warning}
     * @param summary what is so
     * @param heading of the operations guide, with the remedy
     * @param series that let it fire within fifteen minutes
     * @param labels of the alert, then
     */
    record Rule(
            String name,
            String watched,
            String expression,
            String lasting,
            String severity,
            String summary,
            String heading,
            Map<String, String> series,
            String labels) {}

    /**
     * A panel.
     *
     * @param title what it shows
     * @param unit as Grafana calls it
     * @param legend of each line
     * @param expression with the variables of the dashboard
     */
    record Panel(String title, String unit, String legend, String expression) {}

    private Monitoring() {}

    /** The name that a meter has in Prometheus, whichever way it takes there. */
    static String series(Meters.Metric metric) {
        String name = metric.id.replace('.', '_');
        return switch (metric) {
            case DECISIONS -> name + "_seconds_count";
            case CLOCK_SKEW -> name + "_seconds";
            case NEAR_LIMIT,
                    STAND_IN,
                    MISSED_DEADLINES,
                    LOST_COUNTS,
                    TAKEN_AHEAD,
                    GIVEN_BACK,
                    CANDIDATE_CALLS,
                    CANDIDATE_WOULD_REFUSE ->
                    name + "_total";
            case DEGRADED, NODES, LOCAL_KEYS, CANDIDATE_CLIENTS -> name;
        };
    }

    private static String of(String series, String... labels) {
        return "%s{job=\"shop\", application=\"shop\"%s}"
                .formatted(series, labels.length == 0 ? "" : ", " + String.join(", ", labels));
    }

    static List<Rule> rules() {
        String decisions = series(DECISIONS);
        String ofPolicy = "sum by (job, application, policy) (rate(%s[5m]))";
        String app = "application: shop, job: shop";
        return List.of(
                new Rule(
                        "WeirDegraded",
                        series(DEGRADED),
                        "max by (job, application) (" + series(DEGRADED) + ") == 1",
                        "1m",
                        "critical",
                        "Redis does not decide: each node counts by itself",
                        "reasons",
                        Map.of(of(series(DEGRADED)), "1x20"),
                        app),
                new Rule(
                        "WeirLostCounts",
                        series(LOST_COUNTS),
                        "sum by (job, application) (increase("
                                + series(LOST_COUNTS)
                                + "[10m])) > 0",
                        "0m",
                        "warning",
                        "Redis has forgotten what it had counted",
                        "persistence",
                        Map.of(of(series(LOST_COUNTS)), "0x10 1x10"),
                        app),
                new Rule(
                        "WeirEvictions",
                        "redis_evicted_keys_total",
                        "sum by (job) (increase(redis_evicted_keys_total[10m])) > 0",
                        "0m",
                        "warning",
                        "Redis is full and forgets clients: each key is a count that is lost",
                        "memory-and-eviction",
                        Map.of("redis_evicted_keys_total{job=\"redis\"}", "0x10 7x10"),
                        "job: redis"),
                new Rule(
                        "WeirRedisDown",
                        "redis_up",
                        "max by (job) (redis_up) == 0",
                        "1m",
                        "critical",
                        "The exporter does not reach Redis",
                        "stop",
                        Map.of("redis_up{job=\"redis\"}", "0x20"),
                        "job: redis"),
                new Rule(
                        "WeirClockSkew",
                        series(CLOCK_SKEW),
                        "max by (job, application) (abs(" + series(CLOCK_SKEW) + ")) > 1",
                        "1m",
                        "warning",
                        "The clock of a node and that of Redis are more than a second apart",
                        "lines-of-the-log",
                        Map.of(of(series(CLOCK_SKEW)), "-1.5x20"),
                        app),
                new Rule(
                        "WeirRefusedShare",
                        decisions,
                        ofPolicy.formatted(decisions + "{outcome=~\"refused|would-refuse\"}")
                                + " / "
                                + ofPolicy.formatted(decisions)
                                + " > 0.5",
                        "5m",
                        "warning",
                        "More than half of the calls of a policy are refused",
                        "why-was-i-refused",
                        Map.of(
                                of(decisions, "policy=\"orders\"", "outcome=\"refused\""), "0+6x20",
                                of(decisions, "policy=\"orders\"", "outcome=\"admitted\""),
                                        "0+2x20"),
                        app + ", policy: orders"),
                new Rule(
                        "WeirNearLimit",
                        series(NEAR_LIMIT),
                        ofPolicy.formatted(series(NEAR_LIMIT))
                                + " / "
                                + ofPolicy.formatted(decisions)
                                + " > 0.5",
                        "5m",
                        "warning",
                        "More than half of the calls of a policy leave less than a fifth of it",
                        "metrics",
                        Map.of(
                                of(series(NEAR_LIMIT), "policy=\"orders\""), "0+6x20",
                                of(decisions, "policy=\"orders\"", "outcome=\"admitted\""),
                                        "0+8x20"),
                        app + ", policy: orders"),
                new Rule(
                        "WeirMissedDeadlines",
                        series(MISSED_DEADLINES),
                        ALL.formatted(series(MISSED_DEADLINES))
                                + " / "
                                + ALL.formatted(decisions)
                                + " > 0.01",
                        "1m",
                        "warning",
                        "More than one call in a hundred waits for Redis in vain",
                        "reasons",
                        Map.of(
                                of(series(MISSED_DEADLINES)), "0+1x20",
                                of(decisions, "policy=\"orders\"", "outcome=\"admitted\""),
                                        "0+9x20"),
                        app));
    }

    static List<Panel> panels() {
        String mine = "{job=~\"$job\"}";
        String redis = "{job=~\"$redis\"}";
        String decisions = series(DECISIONS);
        String rate = "sum by (%s) (rate(%s" + mine + "[$__rate_interval]))";
        String sum = decisions.replace("_count", "_sum");
        return List.of(
                new Panel(
                        "Redis does not decide",
                        "bool_yes_no",
                        "{{application}} {{instance}}",
                        series(DEGRADED) + mine),
                new Panel(
                        "Nodes",
                        "short",
                        "{{application}}",
                        "max by (application) (" + series(NODES) + mine + ")"),
                new Panel(
                        "Decisions by outcome",
                        "ops",
                        "{{policy}} {{outcome}}",
                        rate.formatted("policy, outcome", decisions)),
                new Panel(
                        "Decisions by store",
                        "ops",
                        "{{store}}",
                        rate.formatted("store", decisions)),
                new Panel(
                        "Share refused",
                        "percentunit",
                        "{{policy}}",
                        "sum by (policy) (rate(%1$s{job=~\"$job\", outcome=~\"refused|would-refuse\"}[$__rate_interval])) / sum by (policy) (rate(%1$s%2$s[$__rate_interval]))"
                                .formatted(decisions, mine)),
                new Panel(
                        "Near limit",
                        "ops",
                        "{{policy}}",
                        rate.formatted("policy", series(NEAR_LIMIT))),
                new Panel(
                        "Mean time of a decision",
                        "s",
                        "{{store}}",
                        rate.formatted("store", sum) + " / " + rate.formatted("store", decisions)),
                new Panel(
                        "Decisions of the stand-in, by reason",
                        "ops",
                        "{{reason}}",
                        rate.formatted("reason", series(STAND_IN))),
                new Panel(
                        "Permits used of leases",
                        "ops",
                        "{{application}}",
                        rate.formatted("application", series(TAKEN_AHEAD))
                                + " - "
                                + rate.formatted("application", series(GIVEN_BACK))),
                new Panel(
                        "Missed deadlines",
                        "ops",
                        "{{application}}",
                        rate.formatted("application", series(MISSED_DEADLINES))),
                new Panel(
                        "Losses of counts within an hour",
                        "short",
                        "{{application}}",
                        "sum by (application) (increase(" + series(LOST_COUNTS) + mine + "[1h]))"),
                new Panel(
                        "Candidates: part of calls that they would refuse",
                        "percentunit",
                        "{{application}} {{policy}}",
                        rate.formatted("application, policy", series(CANDIDATE_WOULD_REFUSE))
                                + " / "
                                + rate.formatted("application, policy", series(CANDIDATE_CALLS))),
                new Panel(
                        "Candidates: clients that they would have refused",
                        "short",
                        "{{instance}} {{policy}}",
                        series(CANDIDATE_CLIENTS) + mine),
                new Panel("Clock ahead of Redis", "s", "{{instance}}", series(CLOCK_SKEW) + mine),
                new Panel("Keys in the JVM", "short", "{{instance}}", series(LOCAL_KEYS) + mine),
                new Panel("Redis: memory", "bytes", "used", "redis_memory_used_bytes" + redis),
                new Panel(
                        "Redis: connections",
                        "short",
                        "clients",
                        "redis_connected_clients" + redis),
                new Panel(
                        "Redis: hit rate",
                        "percentunit",
                        "hits",
                        "rate(redis_keyspace_hits_total%1$s[$__rate_interval]) / (rate(redis_keyspace_hits_total%1$s[$__rate_interval]) + rate(redis_keyspace_misses_total%1$s[$__rate_interval]))"
                                .formatted(redis)),
                new Panel(
                        "Redis: keys",
                        "short",
                        "{{db}}",
                        "redis_db_keys{job=~\"$redis\", db=\"db0\"}"),
                new Panel(
                        "Redis: evicted and expired keys",
                        "ops",
                        "evicted",
                        "rate(redis_evicted_keys_total" + redis + "[$__rate_interval])"));
    }

    /** The names of series in an expression. */
    static List<String> seriesIn(String expression) {
        List<String> names = new ArrayList<>();
        Matcher matcher = Pattern.compile("\\b(weir|redis)_[a-z_]+").matcher(expression);
        while (matcher.find()) {
            names.add(matcher.group());
        }
        return names;
    }

    private static String rulesFile() {
        StringBuilder text =
                new StringBuilder(WRITTEN).append("groups:\n  - name: weir\n    rules:\n");
        for (Rule rule : rules()) {
            alert(text, rule.name, rule.expression, rule.lasting, rule.severity, rule);
            alert(
                    text,
                    rule.name + "Unknown",
                    "absent(" + rule.watched + ")",
                    "5m",
                    "warning",
                    rule);
        }
        return text.toString();
    }

    private static final String WRITTEN =
            "# Written by io.weir.internal.observe.Monitoring; a test compares it.\n";

    private static void alert(
            StringBuilder text,
            String name,
            String expression,
            String lasting,
            String severity,
            Rule rule) {
        text.append("      - alert: ").append(name).append('\n');
        text.append("        expr: ").append(expression).append('\n');
        text.append("        for: ").append(lasting).append('\n');
        text.append("        labels:\n          severity: ").append(severity).append('\n');
        text.append("        annotations:\n");
        text.append("          summary: \"").append(summary(name, rule)).append("\"\n");
        text.append("          runbook: ").append(GUIDE).append(rule.heading).append('\n');
    }

    private static String summary(String alert, Rule rule) {
        return alert.equals(rule.name) ? rule.summary : "Nobody tells whether: " + rule.summary;
    }

    private static String testsFile() {
        StringBuilder text =
                new StringBuilder(WRITTEN)
                        .append("rule_files: [weir-rules.yml]\nevaluation_interval: 1m\ntests:\n");
        for (Rule rule : rules()) {
            text.append("  - interval: 1m\n    input_series:\n");
            rule.series.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(
                            series ->
                                    text.append("      - series: '")
                                            .append(series.getKey())
                                            .append("'\n        values: '")
                                            .append(series.getValue())
                                            .append("'\n"));
            text.append("    alert_rule_test:\n");
            expected(text, rule, rule.name, rule.severity, ", " + rule.labels);
            silent(text, rule.name + "Unknown");
            text.append("  - interval: 1m\n    input_series: []\n    alert_rule_test:\n");
            silent(text, rule.name);
            expected(text, rule, rule.name + "Unknown", "warning", "");
        }
        return text.toString();
    }

    private static void expected(
            StringBuilder text, Rule rule, String name, String severity, String labels) {
        text.append("      - eval_time: 15m\n        alertname: ").append(name).append('\n');
        text.append("        exp_alerts:\n          - exp_labels: {severity: ")
                .append(severity)
                .append(labels)
                .append("}\n            exp_annotations:\n              summary: \"")
                .append(summary(name, rule))
                .append("\"\n              runbook: ")
                .append(GUIDE)
                .append(rule.heading)
                .append('\n');
    }

    private static void silent(StringBuilder text, String name) {
        text.append("      - eval_time: 15m\n        alertname: ")
                .append(name)
                .append("\n        exp_alerts: []\n");
    }

    private static String dashboardFile() {
        JsonArrayBuilder panels = Json.createArrayBuilder();
        int number = 0;
        for (Panel panel : panels()) {
            panels.add(
                    Json.createObjectBuilder()
                            .add("type", "timeseries")
                            .add("title", panel.title)
                            .add(
                                    "gridPos",
                                    Json.createObjectBuilder()
                                            .add("h", 8)
                                            .add("w", 8)
                                            .add("x", number % 3 * 8)
                                            .add("y", number / 3 * 8))
                            .add("datasource", datasource())
                            .add(
                                    "fieldConfig",
                                    Json.createObjectBuilder()
                                            .add(
                                                    "defaults",
                                                    Json.createObjectBuilder()
                                                            .add("unit", panel.unit)
                                                            .add("min", 0))
                                            .add("overrides", Json.createArrayBuilder()))
                            .add(
                                    "targets",
                                    Json.createArrayBuilder()
                                            .add(
                                                    Json.createObjectBuilder()
                                                            .add("refId", "A")
                                                            .add("datasource", datasource())
                                                            .add("expr", panel.expression)
                                                            .add("legendFormat", panel.legend))));
            number++;
        }
        JsonObject dashboard =
                Json.createObjectBuilder()
                        .add("title", "Weir")
                        .add("schemaVersion", 39)
                        .add("editable", true)
                        .add("refresh", "10s")
                        .add(
                                "time",
                                Json.createObjectBuilder().add("from", "now-30m").add("to", "now"))
                        .add(
                                "templating",
                                Json.createObjectBuilder()
                                        .add(
                                                "list",
                                                Json.createArrayBuilder()
                                                        .add(
                                                                Json.createObjectBuilder()
                                                                        .add("name", "datasource")
                                                                        .add("type", "datasource")
                                                                        .add("query", "prometheus"))
                                                        .add(job("job", series(DEGRADED)))
                                                        .add(job("redis", "redis_up"))))
                        .add("panels", panels)
                        .build();
        StringWriter text = new StringWriter();
        try (JsonWriter writer =
                Json.createWriterFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true))
                        .createWriter(text)) {
            writer.writeObject(dashboard);
        }
        return text.toString().strip() + "\n";
    }

    private static JsonObjectBuilder datasource() {
        return Json.createObjectBuilder().add("type", "prometheus").add("uid", "${datasource}");
    }

    private static JsonObjectBuilder job(String name, String series) {
        return Json.createObjectBuilder()
                .add("name", name)
                .add("type", "query")
                .add("datasource", datasource())
                .add("query", "label_values(" + series + ", job)")
                .add("includeAll", true)
                .add("multi", true)
                .add(
                        "current",
                        Json.createObjectBuilder().add("text", "All").add("value", "$__all"));
    }

    /** All files, by name. */
    static Map<String, String> files() {
        return Map.of(
                "weir-rules.yml", rulesFile(),
                "weir-rules-test.yml", testsFile(),
                "weir-dashboard.json", dashboardFile());
    }

    /** Writes them, in the root of the repository. */
    static void write() throws IOException {
        for (Map.Entry<String, String> file : files().entrySet()) {
            Files.writeString(FOLDER.resolve(file.getKey()), file.getValue());
        }
    }
}
