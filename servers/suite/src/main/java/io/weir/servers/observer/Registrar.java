package io.weir.servers.observer;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;

/** Goes into the application that will be undeployed. */
@WebListener
public class Registrar implements ServletContextListener {

    @Override
    public void contextInitialized(ServletContextEvent event) {
        Survivors.add(Registrar.class.getClassLoader());
    }
}
