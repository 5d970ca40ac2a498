package dev.heed.chat.replicas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.chat.store.ConversationJson;
import dev.heed.chat.store.NotHereException;
import dev.heed.chat.store.StoredConversation;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Asks another replica of chat-service. One that does not answer, or does not hold the partition,
 * is the same to the caller: look again where it is.
 */
@ApplicationScoped
public class ReplicaClient {

  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ReplicaKey key;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

  ReplicaClient(ReplicaKey key) {
    this.key = key;
  }

  /**
   * A conversation that the other holds.
   *
   * @throws NotHereException when it does not answer or hold that partition
   */
  Optional<StoredConversation> conversation(HostInfo host, int partition, String id) {
    String path = ReplicaRoutes.CONVERSATIONS + "/" + partition + "/" + ReplicaRoutes.pathSafe(id);
    HttpResponse<byte[]> answer = get(host, path);
    return switch (answer.statusCode()) {
      case 200 -> Optional.of(ConversationJson.read(answer.body()));
      case 404 -> Optional.empty();
      default -> throw new NotHereException();
    };
  }

  /**
   * A person's conversations in partitions that the other holds, without their messages.
   *
   * @throws NotHereException when it does not answer or hold all of them
   */
  List<StoredConversation> heads(HostInfo host, Set<Integer> partitions, String pseudonym) {
    String list = partitions.stream().map(String::valueOf).collect(Collectors.joining(","));
    HttpResponse<byte[]> answer =
        get(host, ReplicaRoutes.PEOPLE + "/" + list + "/" + ReplicaRoutes.pathSafe(pseudonym));
    if (answer.statusCode() != 200) {
      throw new NotHereException();
    }
    try {
      List<StoredConversation> heads = new ArrayList<>();
      for (JsonNode head : JSON.readTree(answer.body())) {
        heads.add(ConversationJson.read(head.toString().getBytes(StandardCharsets.UTF_8)));
      }
      return heads;
    } catch (JsonProcessingException e) {
      throw new NotHereException();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether somebody reads that reply there; false when the other does not answer. */
  boolean reads(HostInfo host, String replyId) {
    try {
      return get(host, ReplicaRoutes.READERS + "/" + ReplicaRoutes.pathSafe(replyId)).statusCode()
          == 200;
    } catch (NotHereException e) {
      return false;
    }
  }

  private HttpResponse<byte[]> get(HostInfo host, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + host.host() + ":" + host.port() + path))
            .header(ReplicaKey.HEADER, key.value())
            .timeout(ANSWER)
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new NotHereException();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotHereException();
    }
  }
}
