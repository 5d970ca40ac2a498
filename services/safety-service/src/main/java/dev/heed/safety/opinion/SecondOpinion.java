package dev.heed.safety.opinion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.safety.screening.Rater;
import dev.heed.safety.screening.Rating;
import dev.heed.safety.screening.RatingException;
import dev.heed.safety.screening.Subject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks another service that speaks OpenAI's API: a moderation endpoint, or a chat model that was
 * trained as a guard and answers Llama Guard's question. Whatever goes wrong is a {@link
 * RatingException}, or nothing found when the operator says that this opinion may be missing.
 */
public final class SecondOpinion implements Rater, AutoCloseable {

  /** What the endpoint is. */
  public enum Format {
    /** {@code POST /v1/moderations}. */
    MODERATION,
    /** {@code POST /v1/chat/completions} with Llama Guard's question. */
    LLAMA_GUARD
  }

  /**
   * Whom to ask.
   *
   * @param url of the endpoint itself
   * @param model named in the request
   * @param key sent as a bearer token when there is one
   * @param timeout for the whole answer
   * @param optional true: no answer counts as nothing found; false: the text does not pass
   */
  public record Settings(
      URI url,
      Format format,
      String model,
      Optional<String> key,
      Duration timeout,
      boolean optional) {}

  /** An answer of a few hundred bytes is expected; more is cut off, and then is no JSON. */
  private static final int MAX_ANSWER = 1 << 16;

  private final Settings settings;
  private final HttpClient client;
  private final ObjectMapper json = new ObjectMapper();
  private final Runnable missed;

  /**
   * @param missed told each time that there is no answer
   */
  public SecondOpinion(Settings settings, Runnable missed) {
    this.settings = settings;
    this.missed = missed;
    this.client = HttpClient.newBuilder().connectTimeout(settings.timeout()).build();
  }

  @Override
  public Rating rate(Subject subject) {
    try {
      return read(ask(subject));
    } catch (RatingException e) {
      missed.run();
      if (settings.optional()) {
        return Rating.NOTHING;
      }
      throw e;
    }
  }

  private JsonNode ask(Subject subject) {
    CompletableFuture<HttpResponse<InputStream>> answer = null;
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(settings.url())
              .timeout(settings.timeout())
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body(subject))));
      settings.key().ifPresent(key -> request.header("Authorization", "Bearer " + key));
      answer = client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      // The request's own time-out ends with the headers; a body that trickles must end too.
      return answer
          .thenApplyAsync(this::tree)
          .get(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new RatingException(RatingException.Cause.DEADLINE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RatingException(RatingException.Cause.DEADLINE);
    } catch (ExecutionException e) {
      // The cause may quote what the other side sent; it is left out.
      throw new RatingException(
          e.getCause() instanceof HttpTimeoutException
              ? RatingException.Cause.DEADLINE
              : RatingException.Cause.ERROR);
    } catch (IOException e) {
      throw new RatingException(RatingException.Cause.ERROR);
    } finally {
      if (answer != null) {
        var unused = answer.whenComplete((response, failure) -> closeBody(response));
        answer.cancel(true);
      }
    }
  }

  private static void closeBody(HttpResponse<InputStream> response) {
    if (response != null) {
      try {
        response.body().close();
      } catch (IOException e) {
        // It is closed either way; nothing is read from it any more.
        return;
      }
    }
  }

  private JsonNode tree(HttpResponse<InputStream> response) {
    if (response.statusCode() != 200) {
      throw new RatingException(RatingException.Cause.ERROR);
    }
    try {
      return json.readTree(response.body().readNBytes(MAX_ANSWER));
    } catch (IOException e) {
      throw new RatingException(RatingException.Cause.ERROR);
    }
  }

  private Map<String, Object> body(Subject subject) {
    return switch (settings.format()) {
      case MODERATION -> Map.of("model", settings.model(), "input", subject.text());
      case LLAMA_GUARD -> LlamaGuard.request(settings.model(), subject);
    };
  }

  private Rating read(JsonNode answer) {
    return switch (settings.format()) {
      case MODERATION -> Moderation.read(answer);
      case LLAMA_GUARD ->
          LlamaGuard.read(answer.path("choices").path(0).path("message").path("content").asText());
    };
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
