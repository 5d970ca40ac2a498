package dev.heed.feedback.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.heed.feedback.config.IdentityConfig;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CohortsTest {

  private static Cohorts with(String secret) {
    return new Cohorts(
        new IdentityConfig() {
          @Override
          public Optional<String> secret() {
            return Optional.of(secret);
          }

          @Override
          public int keyVersion() {
            return 1;
          }

          @Override
          public Optional<List<String>> apiKeys() {
            return Optional.empty();
          }
        });
  }

  private static Optional<String> of(String address, String agent) {
    return with("s".repeat(32)).of(Optional.ofNullable(address), Optional.ofNullable(agent));
  }

  @Test
  void aNetworkAndAFamilyOfBrowsersAreOneCohort() {
    String firefox = "Mozilla/5.0 (X11) Firefox/140.0";
    Optional<String> one = of("192.0.2.7", firefox);
    assertEquals(one, of("192.0.2.250", "Mozilla/5.0 (Windows NT) Firefox/99.0"));
    assertNotEquals(one, of("192.0.3.7", firefox));
    assertNotEquals(one, of("192.0.2.7", "curl/8"));
    assertEquals(of("2001:db8:1::1", null), of("2001:db8:1:ffff::2", ""));
    assertNotEquals(of("2001:db8:1::1", null), of("2001:db8:2::1", null));
    assertNotEquals(one, with("t".repeat(32)).of(Optional.of("192.0.2.7"), Optional.of(firefox)));
  }

  @Test
  void whatIsNoAddressIsNoCohort() {
    for (String address :
        new String[] {null, "", "localhost", "example.org", "1.2.3.4.5", "\u0000"}) {
      assertEquals(Optional.empty(), of(address, "curl"), address);
    }
  }
}
