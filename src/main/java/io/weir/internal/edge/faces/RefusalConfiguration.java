package io.weir.internal.edge.faces;

import jakarta.faces.application.ApplicationConfigurationPopulator;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Tells Faces of {@link RefusalHandlerFactory}, where it is at work. Found by Faces as a service: a
 * {@code faces-config.xml} in a jar would have Open Liberty begin Faces in each application, which
 * then serves its {@code *.xhtml} as pages.
 */
public final class RefusalConfiguration extends ApplicationConfigurationPopulator {

    /** For Faces. */
    public RefusalConfiguration() {}

    @Override
    public void populateApplicationConfiguration(Document configuration) {
        String factory = RefusalHandlerFactory.class.getName();
        Node root = configuration.getDocumentElement();
        Element handlers = element(configuration, root, "exception-handler-factory");
        handlers.appendChild(configuration.createTextNode(factory));
        Element factories = element(configuration, root, "factory");
        factories.appendChild(handlers);
        root.appendChild(factories);
    }

    private static Element element(Document configuration, Node root, String name) {
        return configuration.createElementNS(root.getNamespaceURI(), name);
    }
}
