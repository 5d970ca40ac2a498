package dev.heed.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {

  @Test
  void noTwoProgramsShareAPort() {
    Ports ports = new Ports(8080);
    Set<Integer> seen = new HashSet<>(Set.of(ports.base(), ports.broker(), ports.controller()));
    for (ServiceSpec service : ServiceSpec.values()) {
      assertTrue(seen.add(ports.http(service)));
      assertTrue(seen.add(ports.management(service)));
    }
    assertEquals(3 + 2 * ServiceSpec.values().length, seen.size());
  }

  @Test
  void aTakenPortIsNamedWithWhatItIsFor() throws IOException {
    Ports ports = new Ports(Stack.freeRange());
    int wanted = ports.http(ServiceSpec.TRUST);
    try (var taken = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
      String message = ports.firstTaken().orElseThrow();
      assertTrue(message.contains(Integer.toString(taken.getLocalPort())), message);
      assertTrue(message.contains("trust-service"), message);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65_501, 100_000})
  void impossiblePortsAreRefused(int port) {
    assertThrows(IllegalArgumentException.class, () -> new Ports(port));
  }
}
