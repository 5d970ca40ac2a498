package dev.heed.stack;

import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The copies of a service behind the public port: those that are ready, in turn. */
final class Origins {

  private final Ports ports;
  private final List<Replica> replicas;
  private final AtomicInteger turn = new AtomicInteger();
  private volatile List<Replica> ready;

  Origins(Ports ports, ServiceSpec service) {
    this.ports = ports;
    this.replicas = Replica.of(service, ports.replicas());
    this.ready = replicas;
  }

  /** The one that takes the next request. */
  SocketAddress next() {
    List<Replica> now = ready;
    Replica replica = now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
    return SocketAddress.inetSocketAddress(ports.http(replica), "127.0.0.1");
  }

  /** Asks all of them; when none is ready each is tried, so that its own answer is seen. */
  void look() {
    if (replicas.size() == 1) {
      return;
    }
    List<Replica> up =
        replicas.stream()
            .filter(replica -> Probes.http(ports.management(replica), "/q/health/ready"))
            .toList();
    ready = up.isEmpty() ? replicas : up;
  }
}
