package io.weir.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Small charts beside each other: time against one quantity, both on logarithmic scales. */
final class Plot {

    private static final int WIDTH = 370;
    private static final int HEIGHT = 300;
    private static final int LEFT = 68;
    private static final int TOP = 34;
    private static final int RIGHT = 26;
    private static final int BOTTOM = 34;
    private static final int LEGEND = 22;
    private static final List<String> COLOURS =
            List.of(
                    "#1b6ca8", "#0f9d58", "#7b4fb5", "#d9822b", "#c0392b", "#8d6e63", "#555555",
                    "#16a0a0");

    /**
     * One chart.
     *
     * @param title what is varied
     * @param at the values of it
     * @param nanos for each candidate the nanoseconds at each value
     */
    record Chart(String title, List<Integer> at, Map<String, List<Double>> nanos) {}

    private Plot() {}

    static String svg(List<Chart> charts) {
        List<String> candidates = List.copyOf(new java.util.LinkedHashSet<>(names(charts)));
        int height = HEIGHT + LEGEND * ((candidates.size() + 2) / 3) + 10;
        int width = WIDTH * charts.size();
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                        + " viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\">",
                width,
                height,
                width,
                height);
        add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", width, height);
        double least = Math.log10(extreme(charts, true));
        double most = Math.log10(extreme(charts, false));
        least = Math.floor(least);
        most = Math.ceil(most);
        for (int c = 0; c < charts.size(); c++) {
            chart(svg, charts.get(c), c * WIDTH, candidates, least, most);
        }
        for (int i = 0; i < candidates.size(); i++) {
            int x = LEFT + i % 3 * (width - LEFT) / 3;
            int y = HEIGHT + LEGEND * (i / 3) + 12;
            add(
                    svg,
                    "<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"4\" fill=\"%s\"/>"
                            + "<text x=\"%d\" y=\"%d\">%s</text>",
                    x,
                    y - 6,
                    COLOURS.get(i % COLOURS.size()),
                    x + 20,
                    y,
                    candidates.get(i));
        }
        return svg.append("</svg>\n").toString();
    }

    private static List<String> names(List<Chart> charts) {
        return charts.stream().flatMap(chart -> chart.nanos().keySet().stream()).toList();
    }

    private static double extreme(List<Chart> charts, boolean least) {
        var all =
                charts.stream()
                        .flatMap(chart -> chart.nanos().values().stream())
                        .flatMap(List::stream)
                        .mapToDouble(Double::doubleValue);
        return least ? all.min().orElse(1) : all.max().orElse(10);
    }

    private static void chart(
            StringBuilder svg,
            Chart chart,
            int x0,
            List<String> candidates,
            double least,
            double most) {
        int width = WIDTH - LEFT - RIGHT;
        int height = HEIGHT - TOP - BOTTOM;
        add(
                svg,
                "<text x=\"%d\" y=\"18\" font-size=\"13\">ns a decision, by %s</text>",
                x0 + LEFT,
                chart.title());
        for (int power = (int) least; power <= most; power++) {
            int y = (int) (TOP + height - height * (power - least) / (most - least));
            add(
                    svg,
                    "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#dddddd\"/>"
                            + "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%,.0f</text>",
                    x0 + LEFT,
                    y,
                    x0 + LEFT + width,
                    y,
                    x0 + LEFT - 6,
                    y + 4,
                    Math.pow(10, power));
        }
        int last = chart.at().size() - 1;
        for (int i = 0; i <= last; i++) {
            add(
                    svg,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%,d</text>",
                    x0 + LEFT + width * i / last,
                    TOP + height + 16,
                    chart.at().get(i));
        }
        chart.nanos()
                .forEach(
                        (candidate, nanos) -> {
                            StringBuilder points = new StringBuilder();
                            for (int i = 0; i <= last; i++) {
                                double share = (Math.log10(nanos.get(i)) - least) / (most - least);
                                points.append(
                                        String.format(
                                                Locale.ROOT,
                                                "%d,%.1f ",
                                                x0 + LEFT + width * i / last,
                                                TOP + height - height * share));
                            }
                            add(
                                    svg,
                                    "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\""
                                            + " stroke-width=\"2\"/>",
                                    points.toString().strip(),
                                    COLOURS.get(candidates.indexOf(candidate) % COLOURS.size()));
                        });
    }

    private static void add(StringBuilder svg, String line, Object... values) {
        svg.append(String.format(Locale.ROOT, line, values)).append('\n');
    }
}
