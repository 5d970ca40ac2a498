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
 * management plane at +11 and on, the broker at +21 and +22.
 *
 * @param base the public port, 1 to 65,500
 */
record Ports(int base) {

  Ports {
    if (base < 1 || base > 65_500) {
      throw new IllegalArgumentException("the port must lie between 1 and 65500, not " + base);
    }
  }

  int http(ServiceSpec service) {
    return base + 1 + service.ordinal();
  }

  int management(ServiceSpec service) {
    return base + 11 + service.ordinal();
  }

  int broker() {
    return base + 21;
  }

  int controller() {
    return base + 22;
  }

  /** The first port that somebody else holds, with what it is for. */
  Optional<String> firstTaken() {
    Map<Integer, String> wanted = new LinkedHashMap<>();
    wanted.put(base, "the page and API");
    wanted.put(broker(), "the broker");
    wanted.put(controller(), "the broker's controller");
    for (ServiceSpec service : ServiceSpec.values()) {
      wanted.put(http(service), service.module());
      wanted.put(management(service), service.module() + "'s management");
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
