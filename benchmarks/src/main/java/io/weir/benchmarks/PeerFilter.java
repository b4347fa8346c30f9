package io.weir.benchmarks;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.redisson.Bucket4jRedisson;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;

/**
 * What one writes by hand with bucket4j and Redisson, in the WAR of the shop; passes everything
 * unless the system property {@value #REDIS} says where Redis is.
 */
@WebFilter("/api/*")
public class PeerFilter implements Filter {

    static final String REDIS = "benchmarks.redis";

    private static final int MANY = 1_000_000;

    private RedissonClient client;
    private ProxyManager<String> buckets;
    private BucketConfiguration configuration;

    @Override
    public void init(FilterConfig filter) {
        String redis = System.getProperty(REDIS);
        if (redis == null) {
            return;
        }
        Duration second = Duration.ofSeconds(1);
        client = Redisson.create(Clients.config(redis));
        buckets =
                Bucket4jRedisson.casBasedBuilder(((Redisson) client).getCommandExecutor())
                        .expirationAfterWrite(
                                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(
                                        second))
                        .build();
        configuration =
                BucketConfiguration.builder()
                        .addLimit(
                                Bandwidth.builder()
                                        .capacity(MANY)
                                        .refillGreedy(MANY, second)
                                        .build())
                        .build();
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (buckets == null
                || buckets.getProxy("products:" + request.getRemoteAddr(), () -> configuration)
                        .tryConsumeAndReturnRemaining(1)
                        .isConsumed()) {
            chain.doFilter(request, response);
        } else {
            ((HttpServletResponse) response).sendError(429);
        }
    }

    @Override
    public void destroy() {
        if (client != null) {
            client.shutdown();
        }
    }
}
