package io.weir.internal.observe;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import javax.management.openmbean.ArrayType;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;

/** Records as types of the platform, which any console can read. Stateless. */
final class OpenData {

    private OpenData() {}

    static CompositeData of(Record record) {
        try {
            RecordComponent[] components = record.getClass().getRecordComponents();
            String[] names = new String[components.length];
            Object[] values = new Object[components.length];
            for (int i = 0; i < names.length; i++) {
                names[i] = components[i].getName();
                Object value = components[i].getAccessor().invoke(record);
                values[i] =
                        value instanceof List<?> list
                                ? element(components[i]) == String.class ? array(list) : of(list)
                                : value;
            }
            return new CompositeDataSupport(type(record.getClass()), names, values);
        } catch (ReflectiveOperationException | OpenDataException e) {
            throw new IllegalStateException(e); // the records are ours
        }
    }

    static CompositeData[] of(List<?> records) {
        return records.stream().map(r -> of((Record) r)).toArray(CompositeData[]::new);
    }

    private static String[] array(List<?> texts) {
        return texts.stream().map(String::valueOf).toArray(String[]::new);
    }

    private static CompositeType type(Class<?> record) throws OpenDataException {
        RecordComponent[] components = record.getRecordComponents();
        String[] names = new String[components.length];
        OpenType<?>[] types = new OpenType<?>[components.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = components[i].getName();
            types[i] = type(components[i]);
        }
        String name = record.getSimpleName();
        return new CompositeType(name, name, names, names, types);
    }

    private static OpenType<?> type(RecordComponent component) throws OpenDataException {
        Class<?> type = component.getType();
        if (type == List.class) {
            Class<?> element = element(component);
            return element == String.class
                    ? new ArrayType<>(1, SimpleType.STRING)
                    : new ArrayType<>(1, type(element));
        }
        return type == long.class
                ? SimpleType.LONG
                : type == boolean.class ? SimpleType.BOOLEAN : SimpleType.STRING;
    }

    private static Class<?> element(RecordComponent list) {
        Type element = ((ParameterizedType) list.getGenericType()).getActualTypeArguments()[0];
        return (Class<?>) element;
    }
}
