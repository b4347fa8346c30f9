package io.weir.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.RateLimited;
import io.weir.internal.edge.cdi.Deployed;
import jakarta.ejb.Stateless;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Stereotype;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where an annotation may stand. */
class PlacesTest {

    /** Whatever stands in an interface is public and static. */
    interface Shop {

        @ApplicationScoped
        class Names {
            // guide: one count for two methods
            @RateLimited(name = "uploads", value = "20/hour")
            public void uploadPicture() {}

            @RateLimited(name = "uploads", value = "20/hour")
            public void uploadFilm() {}
            // end
        }

        // guide: a class
        @ApplicationScoped
        @RateLimited("100/hour")
        public class Addresses {

            public void find() {}

            public void check() {}

            @RateLimited("10/hour")
            public void change() {}

            @RateLimited.None
            public void version() {}
        }

        // end

        // guide: a named class
        @ApplicationScoped
        @RateLimited(name = "export", value = "10/hour")
        public class Exports {

            public void toPdf() {}

            public void toCsv() {}
        }

        // end

        // guide: an interface
        public interface Payments {

            @RateLimited("5/min")
            void pay(long order);
        }

        @ApplicationScoped
        public class CardPayments implements Payments {

            @Override
            public void pay(long order) {}
        }

        // end

        // guide: a stereotype
        @Stereotype
        @ApplicationScoped
        @RateLimited("20/hour")
        @Retention(RetentionPolicy.RUNTIME)
        @Target(ElementType.TYPE)
        public @interface Expensive {}

        @Expensive
        public class Statistics {

            public void ofYear(int year) {}
        }

        // end

        // guide: an annotation of your own
        @RateLimited(name = "mail", value = "30/hour")
        @RateLimited(name = "mail_global", value = "500/hour", key = "global")
        @Retention(RetentionPolicy.RUNTIME)
        @Target(ElementType.METHOD)
        public @interface SendsMail {}

        @ApplicationScoped
        public class Contact {

            @SendsMail
            public void ask(String question) {}

            @SendsMail
            public void recommend(String to) {}
        }

        // end

        // guide: a session bean
        @Stateless
        public class Invoices {

            @RateLimited("10/min")
            public byte[] print(long order) {
                return new byte[0];
            }
        }

        // end

        // guide: a servlet
        @WebServlet({"/report", "/report/*"})
        @RateLimited("30/hour")
        public class ReportServlet extends HttpServlet {

            @Override
            protected void doGet(HttpServletRequest request, HttpServletResponse response)
                    throws IOException {
                response.getWriter().print("report");
            }
        }
        // end
    }

    @Test
    void oneNameIsOneCount() {
        try (Deployed app = Deployed.with(Shop.Names.class)) {
            Shop.Names names = app.get(Shop.Names.class);
            names.uploadFilm();
            assertThat(Calls.admitted(names::uploadPicture)).isEqualTo(19);
        }
    }

    @Test
    void onAClassEachMethodCountsForItself() {
        try (Deployed app = Deployed.with(Shop.Addresses.class)) {
            Shop.Addresses addresses = app.get(Shop.Addresses.class);
            assertThat(Calls.admitted(addresses::find)).isEqualTo(100);
            assertThat(Calls.admitted(addresses::check)).isEqualTo(100);
            assertThat(Calls.admitted(addresses::change)).isEqualTo(10);
            assertThat(Calls.isFree(addresses::version)).isTrue();
        }
    }

    @Test
    void withANameTheyCountTogether() {
        try (Deployed app = Deployed.with(Shop.Exports.class)) {
            Shop.Exports exports = app.get(Shop.Exports.class);
            exports.toCsv();
            assertThat(Calls.admitted(exports::toPdf)).isEqualTo(9);
        }
    }

    @Test
    void whatImplementsAnInterfaceIsLimited() {
        try (Deployed app = Deployed.with(Shop.CardPayments.class)) {
            Shop.Payments payments = app.get(Shop.CardPayments.class);
            assertThat(Calls.admitted(() -> payments.pay(1))).isEqualTo(5);
        }
    }

    @Test
    void aStereotype() {
        try (Deployed app = Deployed.with(Shop.Statistics.class)) {
            Shop.Statistics statistics = app.get(Shop.Statistics.class);
            assertThat(Calls.admitted(() -> statistics.ofYear(2026))).isEqualTo(20);
        }
    }

    @Test
    void anAnnotationOfTheApplication() {
        try (Deployed app = Deployed.with(Shop.Contact.class)) {
            Shop.Contact contact = app.get(Shop.Contact.class);
            contact.ask("?");
            assertThat(Calls.admitted(() -> contact.recommend("a"))).isEqualTo(29);
        }
    }

    /** Weld knows no session beans: to it this is one of its own, and limited as such. */
    @Test
    void aSessionBean() {
        try (Deployed app = Deployed.with(Shop.Invoices.class)) {
            Shop.Invoices invoices = app.get(Shop.Invoices.class);
            assertThat(Calls.admitted(() -> invoices.print(1))).isEqualTo(10);
        }
    }

    @Test
    void aServlet(@TempDir java.nio.file.Path directory) throws Exception {
        try (Served app = Served.with(directory, Map.of(), Shop.ReportServlet.class)) {
            assertThat(app.get("/report/2026").body()).isEqualTo("report");
            assertThat(app.admitted("/report")).isEqualTo(29);
            assertThat(app.admitted("/report/2025")).isZero();
            assertThat(app.get("/other").statusCode()).isEqualTo(200);
        }
    }
}
