package io.weir.testing;

import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.redisson.connection.AddressResolverGroupFactory;
import org.redisson.connection.SequentialDnsAddressResolverFactory;

/** What Redisson does by default with names, but with a {@link TinyDns}. Made by its YAML. */
public final class TinyDnsNames implements AddressResolverGroupFactory {

    private int port;

    /** For YAML. */
    public TinyDnsNames() {}

    /**
     * Says whom to ask.
     *
     * @param port of the name server
     */
    public void setPort(int port) {
        this.port = port;
    }

    /**
     * Whom to ask.
     *
     * @return the port
     */
    public int getPort() {
        return port;
    }

    @Override
    public AddressResolverGroup<InetSocketAddress> create(
            Class<? extends DatagramChannel> datagrams,
            Class<? extends SocketChannel> sockets,
            DnsServerAddressStreamProvider servers) {
        return new SequentialDnsAddressResolverFactory()
                .create(
                        datagrams,
                        sockets,
                        new SingletonDnsServerAddressStreamProvider(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    }
}
