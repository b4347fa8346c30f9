package io.weir.internal.observe;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.ReflectionException;
import org.jspecify.annotations.Nullable;

/**
 * Attributes that can be read. Their types are the platform's, so that whoever reads them from
 * outside needs no class of ours.
 */
final class ReadOnlyMBean implements DynamicMBean {

    private final String description;
    private final Map<String, Readable> attributes = new LinkedHashMap<>();

    private record Readable(MBeanAttributeInfo info, Supplier<? extends @Nullable Object> value) {}

    ReadOnlyMBean(String description) {
        this.description = description;
    }

    <T> void add(
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

    @Override
    public @Nullable Object invoke(String action, @Nullable Object[] arguments, String[] signature)
            throws MBeanException, ReflectionException {
        throw new ReflectionException(new NoSuchMethodException(action));
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        return new MBeanInfo(
                ReadOnlyMBean.class.getName(),
                description,
                attributes.values().stream().map(Readable::info).toArray(MBeanAttributeInfo[]::new),
                null,
                null,
                null);
    }
}
