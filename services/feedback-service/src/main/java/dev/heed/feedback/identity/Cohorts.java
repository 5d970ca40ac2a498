package dev.heed.feedback.identity;

import dev.heed.feedback.config.IdentityConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Where feedback came from, as coarsely as is useful against one person with many accounts: a hash
 * of the network (24 bits of an IPv4 address, 48 of an IPv6 one) and the family of browser. Many
 * people share one; nobody can be found by it.
 */
@ApplicationScoped
public class Cohorts {

  private static final int V4_BYTES = 3;
  private static final int V6_BYTES = 6;
  private static final int DIGITS = 12;
  private static final List<String> FAMILIES =
      List.of("edg", "firefox", "chrome", "safari", "curl", "python", "java", "go-http");

  private final SecretKeySpec secret;

  Cohorts(IdentityConfig config) {
    this.secret =
        new SecretKeySpec(
            config.secret().orElseThrow().getBytes(StandardCharsets.UTF_8), "HmacSHA256");
  }

  /**
   * The cohort of a request.
   *
   * @param address the numeric address that it came from; behind a proxy, what the proxy says
   * @param agent the User-Agent header
   * @return empty where the address is unknown
   */
  public Optional<String> of(Optional<String> address, Optional<String> agent) {
    return address.filter(a -> a.matches("[0-9a-fA-F:.%a-z]{2,64}")).flatMap(a -> of(a, agent));
  }

  private Optional<String> of(String address, Optional<String> agent) {
    try {
      byte[] bytes = InetAddress.ofLiteral(address).getAddress();
      byte[] network = Arrays.copyOf(bytes, bytes.length == 4 ? V4_BYTES : V6_BYTES);
      String known = agent.orElse("").toLowerCase(Locale.ROOT);
      String family = FAMILIES.stream().filter(known::contains).findFirst().orElse("other");
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(secret);
      String text = "cohort:" + HexFormat.of().formatHex(network) + ":" + family;
      byte[] hash = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
      return Optional.of(HexFormat.of().formatHex(hash).substring(0, DIGITS));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // no literal address
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
