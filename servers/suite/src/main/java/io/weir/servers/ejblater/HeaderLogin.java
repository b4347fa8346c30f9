package io.weir.servers.ejblater;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;

/** Believes who says who he is, and tells the container. */
@ApplicationScoped
public class HeaderLogin implements HttpAuthenticationMechanism {

    @Inject Logins logins;

    @Override
    public AuthenticationStatus validateRequest(
            HttpServletRequest request, HttpServletResponse response, HttpMessageContext context) {
        if (request.getHeader("X-Guess") != null && !logins.mayGuess()) {
            return context.responseUnauthorized();
        }
        String user = request.getHeader("X-Login");
        return user == null
                ? context.doNothing()
                : context.notifyContainerAboutLogin(
                        user, user.equals("gil") ? Set.of("users", "gold") : Set.of("users"));
    }
}
