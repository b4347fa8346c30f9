package io.weir.console;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes records, lists and maps. A server may have nothing that does. Stateless. */
final class Json {

    /** A text that is JSON already. */
    record Raw(String json) {}

    private Json() {}

    static String of(Object value) {
        if (value instanceof Raw raw) {
            return raw.json();
        }
        if (value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Json::of).collect(Collectors.joining(",", "[", "]"));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(e -> text(String.valueOf(e.getKey())) + ":" + of(e.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        return value instanceof Record record ? record(record) : text(String.valueOf(value));
    }

    private static String record(Record record) {
        StringBuilder json = new StringBuilder("{");
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                json.append(json.length() == 1 ? "" : ",")
                        .append(text(component.getName()))
                        .append(':')
                        .append(of(component.getAccessor().invoke(record)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e); // public records of ours
            }
        }
        return json.append('}').toString();
    }

    private static String text(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                default -> {
                    // < so that nothing ends a script, whoever embeds it.
                    if (c < 0x20 || c == '<' || c == 0x2028 || c == 0x2029) {
                        json.append("\\u%04x".formatted((int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        return json.append('"').toString();
    }
}
