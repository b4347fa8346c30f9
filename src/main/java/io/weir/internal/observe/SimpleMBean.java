package io.weir.internal.observe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanParameterInfo;
import javax.management.ReflectionException;
import org.jspecify.annotations.Nullable;

/**
 * Attributes that can be read, and operations. Their types are the platform's, so that whoever
 * reads them from outside needs no class of ours.
 */
final class SimpleMBean implements DynamicMBean {

    private final String description;
    private final Map<String, Readable> attributes = new LinkedHashMap<>();

    private final Map<String, Operation> operations = new LinkedHashMap<>();

    private record Operation(MBeanOperationInfo info, Function<String[], Object> does) {}

    private record Readable(MBeanAttributeInfo info, Supplier<? extends @Nullable Object> value) {}

    SimpleMBean(String description) {
        this.description = description;
    }

    <T> void addAttribute(
            String name, Class<T> type, String description, Supplier<? extends @Nullable T> value) {
        attributes.put(
                name,
                new Readable(
                        new MBeanAttributeInfo(
                                name, type.getName(), description, true, false, false),
                        value));
    }

    @Override
    public @Nullable Object getAttribute(String name) throws AttributeNotFoundException {
        Readable attribute = attributes.get(name);
        if (attribute == null) {
            throw new AttributeNotFoundException(name);
        }
        return attribute.value().get();
    }

    @Override
    public AttributeList getAttributes(String[] names) {
        AttributeList values = new AttributeList();
        for (String name : names) {
            Readable attribute = attributes.get(name);
            if (attribute != null) {
                values.add(new Attribute(name, attribute.value().get()));
            }
        }
        return values;
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute.getName() + " cannot be set");
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        return new AttributeList();
    }

    /** Adds an operation whose parameters are texts; one that is missing is empty. */
    void addOperation(
            String name,
            Class<?> answer,
            String description,
            List<String> parameters,
            Function<String[], Object> operation) {
        MBeanParameterInfo[] infos =
                parameters.stream()
                        .map(p -> new MBeanParameterInfo(p, String.class.getName(), p))
                        .toArray(MBeanParameterInfo[]::new);
        operations.put(
                name,
                new Operation(
                        new MBeanOperationInfo(
                                name,
                                description,
                                infos,
                                answer.getName(),
                                MBeanOperationInfo.UNKNOWN),
                        operation));
    }

    @Override
    public Object invoke(
            String action, @Nullable Object @Nullable [] arguments, String @Nullable [] signature)
            throws MBeanException, ReflectionException {
        Operation operation = operations.get(action);
        int given = arguments == null ? 0 : arguments.length;
        if (operation == null || given != operation.info().getSignature().length) {
            throw new ReflectionException(new NoSuchMethodException(action + " of " + given));
        }
        String[] texts = new String[given];
        for (int i = 0; i < given; i++) {
            Object one = arguments == null ? null : arguments[i];
            texts[i] = one == null ? "" : one.toString();
        }
        return operation.does().apply(texts);
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        return new MBeanInfo(
                SimpleMBean.class.getName(),
                description,
                attributes.values().stream().map(Readable::info).toArray(MBeanAttributeInfo[]::new),
                null,
                operations.values().stream()
                        .map(Operation::info)
                        .toArray(MBeanOperationInfo[]::new),
                null);
    }
}
