package io.weir.internal.redis;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.redisson.config.Config;
import org.redisson.misc.RedisURI;

/**
 * Who is there, where Redis should be: a connection that says PING, for a hundredth of what it
 * costs to start Redisson and see it fail. It also tells what Redisson does not: whether TLS is
 * spoken there.
 *
 * <p>Names are looked up as Redisson does it, not by the JVM, which would remember an answer for
 * half a minute.
 */
final class PingCheck {

    private static final int ONE_THREAD = 1;
    private static final byte[] PING = "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String TLS_ALERT = "\u0015";

    private PingCheck() {}

    /**
     * Waits for one that may be our Redis, a second at most.
     *
     * @param config where Redis is, and where to look names up
     * @throws ConnectException if there is none; says why
     */
    @SuppressWarnings("deprecation") // its successor is not in Netty 4.1
    static void at(Config config) throws ConnectException {
        List<RedisURI> addresses =
                RedissonConfig.addresses(config).stream().map(RedisURI::new).toList();
        EventLoopGroup group = new NioEventLoopGroup(ONE_THREAD);
        // Ending the group leaves a connection open now and then (Netty 4.2.16: 5 of 300).
        ChannelGroup channels = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);
        try (AddressResolverGroup<InetSocketAddress> resolvers =
                config.getAddressResolverGroupFactory()
                        .create(
                                NioDatagramChannel.class,
                                NioSocketChannel.class,
                                DnsServerAddressStreamProviders.platformDefault())) {
            List<CompletableFuture<String>> answers = new ArrayList<>();
            for (RedisURI address : addresses) {
                answers.add(ping(address, group, channels, resolvers));
            }
            long until = System.nanoTime() + RedissonConfig.CONNECT_TIMEOUT.toNanos();
            String why = "";
            for (int i = 0; i < answers.size(); i++) {
                why = complaint(answers.get(i), until, addresses.get(i).isSsl());
                if (why.isEmpty()) {
                    return;
                }
            }
            throw new ConnectException(why);
        } finally {
            channels.close().awaitUninterruptibly();
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    /** The first bytes that come back; empty where the connection is closed without any. */
    private static CompletableFuture<String> ping(
            RedisURI address,
            EventLoopGroup group,
            ChannelGroup channels,
            AddressResolverGroup<InetSocketAddress> resolvers) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .resolver(resolvers)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        (int) RedissonConfig.CONNECT_TIMEOUT.toMillis())
                .handler(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channels.add(channel);
                                channel.pipeline().addLast(new PingHandler(answer));
                            }
                        })
                .connect(address.getHost(), address.getPort())
                .addListener(
                        opened -> {
                            if (!opened.isSuccess()) {
                                answer.completeExceptionally(opened.cause());
                            }
                        });
        return answer;
    }

    private static final class PingHandler extends SimpleChannelInboundHandler<ByteBuf> {

        private final CompletableFuture<String> answer;

        PingHandler(CompletableFuture<String> answer) {
            this.answer = answer;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(Unpooled.wrappedBuffer(PING), context.voidPromise());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            answer.complete(bytes.toString(StandardCharsets.ISO_8859_1));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            answer.complete("");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            answer.complete("");
        }
    }

    /** Why this is not our Redis, or empty if it may be. */
    private static String complaint(CompletableFuture<String> answer, long until, boolean tls) {
        String said;
        try {
            said = answer.get(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return "no answer to a PING";
        } catch (ExecutionException e) {
            return String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
        boolean redis = said.startsWith("+") || said.startsWith("-");
        if (said.startsWith("-LOADING")) {
            return "LOADING";
        } else if (tls) {
            return redis ? "answers without TLS" : "";
        } else if (said.startsWith(TLS_ALERT)) {
            return "answers with TLS";
        } else if (said.isEmpty()) {
            return "closes the connection without a word: with TLS it is rediss:// in"
                    + " weir.redis.url";
        }
        return redis ? "" : "answers, but not as Redis does";
    }
}
