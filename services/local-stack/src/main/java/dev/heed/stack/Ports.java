package dev.heed.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The stack's ports, all on loopback, all derived from the public one: services at +1 and on, their
 * management plane at +11 and on, the broker at +21 and +22; from +24 twelve for each further copy
 * of the services, then twelve for the relays of a breakable stack.
 *
 * @param base the public port, 1 to 65,500
 * @param replicas copies of each service, 1 to {@value #MAX_REPLICAS}
 * @param breakable whether a relay stands between each service and the broker
 */
record Ports(int base, int replicas, boolean breakable) {

  static final int MAX_REPLICAS = 2;
  private static final int MORE = 24;
  private static final int BLOCK = 12;
  private static final int HALF = 6;

  Ports {
    if (base < 1 || base > 65_480) {
      throw new IllegalArgumentException("the port must lie between 1 and 65480, not " + base);
    }
    if (replicas < 1 || replicas > MAX_REPLICAS) {
      throw new IllegalArgumentException(
          "there can be 1 to " + MAX_REPLICAS + " replicas on one machine, not " + replicas);
    }
  }

  /** One copy of everything, no relays. */
  Ports(int base) {
    this(base, 1, false);
  }

  int http(Replica replica) {
    int ordinal = replica.service().ordinal();
    return replica.number() == 1 ? base + 1 + ordinal : block(replica.number() - 2) + ordinal;
  }

  int management(Replica replica) {
    int ordinal = replica.service().ordinal();
    return replica.number() == 1
        ? base + 11 + ordinal
        : block(replica.number() - 2) + HALF + ordinal;
  }

  /** Of the service's first copy. */
  int http(ServiceSpec service) {
    return http(new Replica(service, 1));
  }

  /** Of the service's first copy. */
  int management(ServiceSpec service) {
    return management(new Replica(service, 1));
  }

  int broker() {
    return base + 21;
  }

  int controller() {
    return base + 22;
  }

  /** Where a breakable stack's service finds the broker. */
  int relay(ServiceSpec service) {
    return block(replicas - 1) + service.ordinal();
  }

  /** Where the broker listens for that relay. */
  int relayed(ServiceSpec service) {
    return relay(service) + HALF;
  }

  private int block(int number) {
    return base + MORE + BLOCK * number;
  }

  /** The first port that somebody else holds, with what it is for. */
  Optional<String> firstTaken() {
    Map<Integer, String> wanted = new LinkedHashMap<>();
    wanted.put(base, "the page and API");
    wanted.put(broker(), "the broker");
    wanted.put(controller(), "the broker's controller");
    for (Replica replica : Replica.all(replicas)) {
      wanted.put(http(replica), replica.name());
      wanted.put(management(replica), replica.name() + "'s management");
    }
    if (breakable) {
      for (ServiceSpec service : ServiceSpec.values()) {
        wanted.put(relay(service), service.module() + "'s relay");
        wanted.put(relayed(service), "the broker behind " + service.module() + "'s relay");
      }
    }
    return wanted.entrySet().stream()
        .filter(entry -> !isFree(entry.getKey()))
        .map(entry -> "port " + entry.getKey() + " (for " + entry.getValue() + ") is in use")
        .findFirst();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
