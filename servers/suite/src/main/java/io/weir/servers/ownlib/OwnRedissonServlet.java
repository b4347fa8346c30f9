package io.weir.servers.ownlib;

import io.netty.util.concurrent.FastThreadLocal;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.redisson.Redisson;
import org.redisson.api.RAtomicLong;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** Counts with the application's own Redisson, and says of which versions it is. */
@WebServlet("/own")
public class OwnRedissonServlet extends HttpServlet {

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        config.useSingleServer()
                .setAddress(request.getParameter("address"))
                .setConnectionMinimumIdleSize(1)
                .setConnectionPoolSize(1);
        RedissonClient client = Redisson.create(config);
        try {
            RAtomicLong own = client.getAtomicLong("own");
            long count = own.incrementAndGet();
            own.delete(); // others look at all keys
            response.getWriter()
                    .print(
                            version(Redisson.class)
                                    + " "
                                    + version(FastThreadLocal.class)
                                    + " "
                                    + count);
        } finally {
            client.shutdown();
        }
    }

    private static String version(Class<?> type) {
        return type.getPackage().getImplementationVersion();
    }
}
