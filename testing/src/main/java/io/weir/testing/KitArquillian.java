package io.weir.testing;

import java.io.File;
import java.lang.annotation.Annotation;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.UUID;
import org.jboss.arquillian.container.spi.client.deployment.DeploymentDescription;
import org.jboss.arquillian.container.spi.client.protocol.metadata.HTTPContext;
import org.jboss.arquillian.container.spi.client.protocol.metadata.ProtocolMetaData;
import org.jboss.arquillian.container.spi.client.protocol.metadata.Servlet;
import org.jboss.arquillian.container.spi.event.container.BeforeDeploy;
import org.jboss.arquillian.core.api.Instance;
import org.jboss.arquillian.core.api.annotation.Inject;
import org.jboss.arquillian.core.api.annotation.Observes;
import org.jboss.arquillian.core.spi.LoadableExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.arquillian.test.spi.TestClass;
import org.jboss.arquillian.test.spi.enricher.resource.ResourceProvider;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.Filters;
import org.jboss.shrinkwrap.api.Node;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.ArchiveAsset;
import org.jboss.shrinkwrap.api.asset.Asset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.container.LibraryContainer;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.importer.ExplodedImporter;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jspecify.annotations.Nullable;

/**
 * Puts the kit into what Arquillian deploys for a class with {@link WeirTest}, and provides its
 * clock and its limits to that class. Found by Arquillian; not for applications.
 */
public final class KitArquillian implements LoadableExtension {

    private static final String JAR = "weir-testing.jar";

    /** Of all archives of a run. */
    private static final String TOKEN = UUID.randomUUID().toString();

    /** For Arquillian. */
    public KitArquillian() {}

    @Override
    public void register(ExtensionBuilder builder) {
        builder.observer(Archives.class)
                .service(ResourceProvider.class, Clock.class)
                .service(ResourceProvider.class, Limits.class);
    }

    /** Completes archives. Not for applications. */
    public static final class Archives {

        @Inject private Instance<TestClass> test;

        /** For Arquillian. */
        public Archives() {}

        /**
         * An archive is about to be deployed.
         *
         * @param event tells which
         */
        public void complete(@Observes BeforeDeploy event) {
            DeploymentDescription deployment = event.getDeployment();
            TestClass of = test.get();
            if (of == null
                    || !deployment.isArchiveDeployment()
                    || !of.isAnnotationPresent(WeirTest.class)) {
                return;
            }
            Archive<?> archive =
                    deployment.getTestableArchive() == null
                            ? deployment.getArchive()
                            : deployment.getTestableArchive();
            if (archive instanceof EnterpriseArchive && !hasWeir(archive, "/lib")) {
                archive.getContent(Filters.include("/[^/]*\\.war")).values().stream()
                        .map(Node::getAsset)
                        .filter(ArchiveAsset.class::isInstance)
                        .map(module -> ((ArchiveAsset) module).getArchive())
                        .filter(module -> hasWeir(module, "/WEB-INF/lib"))
                        .forEach(Archives::add);
            } else {
                add(archive);
            }
        }

        /** The kit is a part of the library: it has to lie beside it. */
        private static boolean hasWeir(Archive<?> archive, String place) {
            return !archive.getContent(Filters.include(place + "/weir-[^/]*\\.jar")).isEmpty();
        }

        private static void add(Archive<?> archive) {
            if (archive instanceof LibraryContainer<?> container) {
                container.addAsLibrary(kit(), JAR);
            }
        }

        /** The jar that this class is in, as a test needs it. */
        private static Asset kit() {
            JavaArchive jar = ShrinkWrap.create(JavaArchive.class, JAR);
            File own = place();
            if (own.isDirectory()) {
                jar.as(ExplodedImporter.class).importDirectory(own);
            } else {
                jar.as(ZipImporter.class).importFrom(own);
            }
            jar.add(new StringAsset(TOKEN), KitInitializer.TOKEN);
            jar.add(new StringAsset("weir.testing = true\n"), "META-INF/weir.properties");
            return new ArchiveAsset(jar, ZipExporter.class);
        }

        private static File place() {
            try {
                return new File(
                        KitArquillian.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
            } catch (URISyntaxException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Provides the clock. Not for applications. */
    public static final class Clock implements ResourceProvider {

        @Inject private Instance<ProtocolMetaData> deployed;

        /** For Arquillian. */
        public Clock() {}

        @Override
        public boolean canProvide(Class<?> type) {
            return type == WeirClock.class;
        }

        @Override
        public Object lookup(ArquillianResource resource, Annotation... qualifiers) {
            return (WeirClock) bench(deployed.get())::advance;
        }
    }

    /** Provides the limits. Not for applications. */
    public static final class Limits implements ResourceProvider {

        @Inject private Instance<ProtocolMetaData> deployed;

        /** For Arquillian. */
        public Limits() {}

        @Override
        public boolean canProvide(Class<?> type) {
            return type == LimitsUnderTest.class;
        }

        @Override
        public Object lookup(ArquillianResource resource, Annotation... qualifiers) {
            return new LimitsUnderTest(bench(deployed.get()));
        }
    }

    /** Fields are filled before each test, which begins with nothing used. */
    private static RemoteBench bench(@Nullable ProtocolMetaData deployed) {
        List<URI> bases =
                deployed == null
                        ? List.of()
                        : deployed.getContexts(HTTPContext.class).stream()
                                .flatMap(context -> context.getServlets().stream())
                                .map(Servlet::getBaseURI)
                                .distinct()
                                .toList();
        if (bases.isEmpty()) {
            throw new IllegalStateException("Arquillian knows of no web application here");
        }
        return new RemoteBench(bases, TOKEN);
    }
}
