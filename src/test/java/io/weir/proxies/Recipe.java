package io.weir.proxies;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One set-up of docs/behind-a-proxy.md with one request, and what came of it. Within a section of
 * the page each block holds until the next of its kind; each {@code text} block is a recipe with
 * what holds there, and a {@code log} block behind it belongs to it.
 *
 * @param section the heading it stands under
 * @param at the line of the page that the expected answer begins at
 * @param nginx the server blocks of nginx
 * @param settings of Weir, {@code name = value}; empty: none
 * @param valve of Tomcat, as in its server.xml; empty: none
 * @param request the line of curl
 * @param answer what ClientIdentity says
 * @param log what is logged meanwhile
 */
record Recipe(
        String section,
        int at,
        List<String> nginx,
        List<String> settings,
        List<String> valve,
        String request,
        List<String> answer,
        List<String> log) {

    static final Path PAGE = Path.of("docs", "behind-a-proxy.md");

    /** All that the page does not call run by hand, in order. */
    static List<Recipe> all() throws IOException {
        List<String> page = Files.readAllLines(PAGE);
        List<Recipe> recipes = new ArrayList<>();
        String section = "";
        List<String> nginx = List.of();
        List<String> settings = List.of();
        List<String> valve = List.of();
        String request = "";
        for (int i = 0; i < page.size(); i++) {
            String line = page.get(i);
            if (line.startsWith("#")) {
                section = line.replaceFirst("#+ ", "");
                nginx = List.of();
                settings = List.of();
                valve = List.of();
                request = "";
            } else if (line.startsWith("```")) {
                int first = i + 1;
                while (!page.get(++i).equals("```")) {}
                if (section.endsWith("(run by hand)")) {
                    continue;
                }
                List<String> block = List.copyOf(page.subList(first, i));
                switch (line.substring(3)) {
                    case "nginx" -> nginx = block;
                    case "properties" -> settings = block;
                    case "xml" -> valve = block;
                    case "sh" -> request = String.join("\n", block);
                    case "text" ->
                            recipes.add(
                                    new Recipe(
                                            section, first, nginx, settings, valve, request, block,
                                            List.of()));
                    case "log" -> recipes.add(recipes.remove(recipes.size() - 1).withLog(block));
                    default -> throw new IllegalStateException(PAGE + ":" + first + ": " + line);
                }
            }
        }
        return recipes;
    }

    private Recipe withLog(List<String> lines) {
        return new Recipe(section, at, nginx, settings, valve, request, answer, lines);
    }

    String name() {
        return PAGE + ":" + at + " " + section;
    }
}
