package dev.heed.trust.flow;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.trust.config.IdentityConfig;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Finds what is known of a person wherever their partition is: in this replica's stores, or, one
 * hop away on the management plane, in those of the replica that owns it. Replicas know each other
 * by a key that is derived from the secret they share.
 */
@ApplicationScoped
public class Directory {

  private static final String HEADER = "X-Heed-Replica-Key";
  private static final String SCORES = "/internal/trust/scores/";
  private static final String FEEDBACK = "/internal/trust/feedback/";
  private static final String SUMMARY = "/internal/trust/summary";
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Scores scores;
  private final KafkaStreams streams;
  private final HostInfo self;
  private final Optional<String> key;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  Directory(
      Scores scores,
      KafkaStreams streams,
      IdentityConfig identity,
      @ConfigProperty(name = "quarkus.kafka-streams.application-server") String self) {
    this.scores = scores;
    this.streams = streams;
    this.self = HostInfo.buildFromEndpoint(self);
    this.key = identity.secret().filter(secret -> !secret.isBlank()).map(Directory::derived);
  }

  private static String derived(String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] key = mac.doFinal("trust-service replica key".getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /** A person's score, as an encoded {@code TrustScore}. */
  public Found score(String pseudonym) {
    return owner(pseudonym)
        .map(host -> hop(host, SCORES + path(pseudonym)))
        .orElseGet(() -> scores.find(pseudonym));
  }

  /** A person's feedback that is kept, as JSON. */
  public Found feedback(String pseudonym) {
    return owner(pseudonym)
        .map(host -> hop(host, FEEDBACK + path(pseudonym)))
        .orElseGet(() -> scores.feedback(pseudonym));
  }

  /** Everybody, by all replicas that answer. */
  public Summary summary() {
    Summary sum = scores.summary();
    for (StreamsMetadata replica : streams.metadataForAllStreamsClients()) {
      if (!replica.hostInfo().equals(self)) {
        sum = sum.plus(summary(hop(replica.hostInfo(), SUMMARY)));
      }
    }
    return sum;
  }

  private static Summary summary(Found found) {
    if (found instanceof Found.Value value) {
      try {
        return JSON.readValue(value.bytes(), Summary.class);
      } catch (IOException e) {
        return Summary.empty(false);
      }
    }
    return Summary.empty(false);
  }

  /** Another replica, when it owns the person's partition; empty: this one, or not known yet. */
  private Optional<HostInfo> owner(String pseudonym) {
    try {
      KeyQueryMetadata owner =
          streams.queryMetadataForKey(Store.SCORES.storeName(), pseudonym, new StringSerializer());
      return Optional.ofNullable(owner)
          .filter(found -> !found.equals(KeyQueryMetadata.NOT_AVAILABLE))
          .map(KeyQueryMetadata::activeHost)
          .filter(host -> !host.equals(self));
    } catch (InvalidStateStoreException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  private Found hop(HostInfo host, String path) {
    if (key.isEmpty()) {
      return new Found.NotReady();
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + host.host() + ":" + host.port() + path))
            .header(HEADER, key.get())
            .timeout(ANSWER)
            .build();
    try {
      HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      return switch (answer.statusCode()) {
        case 200 -> new Found.Value(answer.body());
        case 404 -> new Found.Nothing();
        default -> new Found.NotReady();
      };
    } catch (IOException e) {
      return new Found.NotReady();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Found.NotReady();
    }
  }

  private static String path(String pseudonym) {
    return URLEncoder.encode(pseudonym, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * What other replicas ask; answered from this one's stores only, so no request goes in circles.
   */
  void routes(@Observes ManagementInterface management) {
    var router = management.router();
    router
        .get(SCORES + ":person")
        .blockingHandler(c -> answer(c, () -> scores.find(c.pathParam("person"))), false);
    router
        .get(FEEDBACK + ":person")
        .blockingHandler(c -> answer(c, () -> scores.feedback(c.pathParam("person"))), false);
    router.get(SUMMARY).blockingHandler(c -> answer(c, this::summaryBytes), false);
  }

  private Found summaryBytes() {
    try {
      return new Found.Value(JSON.writeValueAsBytes(scores.summary()));
    } catch (IOException e) {
      return new Found.NotReady();
    }
  }

  private void answer(RoutingContext context, Supplier<Found> found) {
    String given = Optional.ofNullable(context.request().getHeader(HEADER)).orElse("");
    boolean opens =
        key.map(k -> k.getBytes(StandardCharsets.UTF_8))
            .filter(k -> MessageDigest.isEqual(k, given.getBytes(StandardCharsets.UTF_8)))
            .isPresent();
    if (!opens) {
      context.response().setStatusCode(401).end();
      return;
    }
    switch (found.get()) {
      case Found.Value value -> context.response().end(Buffer.buffer(value.bytes()));
      case Found.Nothing _ -> context.response().setStatusCode(404).end();
      case Found.NotReady _ -> context.response().setStatusCode(503).end();
    }
  }
}
