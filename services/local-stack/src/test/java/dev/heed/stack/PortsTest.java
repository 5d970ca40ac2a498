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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {

  @ParameterizedTest
  @CsvSource({"1, false, 22", "1, true, 35", "2, false, 35", "2, true, 47"})
  void noTwoProgramsShareAPort(int replicas, boolean breakable, int last) {
    Ports ports = new Ports(8080, replicas, breakable);
    Set<Integer> seen = new HashSet<>(Set.of(ports.base(), ports.broker(), ports.controller()));
    for (Replica replica : Replica.all(replicas)) {
      assertTrue(seen.add(ports.http(replica)));
      assertTrue(seen.add(ports.management(replica)));
    }
    if (breakable) {
      for (ServiceSpec service : ServiceSpec.values()) {
        assertTrue(seen.add(ports.relay(service)));
        assertTrue(seen.add(ports.relayed(service)));
      }
    }
    assertTrue(seen.stream().allMatch(port -> port >= 8080 && port <= 8080 + last), seen::toString);
  }

  @Test
  void learningRunsOnceWhateverTheOthersDo() {
    assertEquals(1, Replica.of(ServiceSpec.LEARNING, 2).size());
    assertEquals(2, Replica.of(ServiceSpec.INFERENCE, 2).size());
    assertEquals("inference-service-2", Replica.of(ServiceSpec.INFERENCE, 2).get(1).name());
    assertThrows(IllegalArgumentException.class, () -> new Ports(8080, 3, false));
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
