package dev.heed.inference.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.heed.inference.batching.Admission;
import dev.heed.inference.batching.EngineLimits;
import dev.heed.inference.batching.EngineObserver;
import dev.heed.inference.batching.Finish;
import dev.heed.inference.batching.Sampling;
import dev.heed.inference.batching.TokenSink.Tally;
import dev.heed.inference.importing.AdaptableModel;
import dev.heed.inference.text.ChatMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several sampled replies, the best of which is told, on a small real model. */
class CandidatesTest {

  private static final int MOST = 30;

  @TempDir private static Path folder;

  private final AtomicInteger computed = new AtomicInteger();
  private ChatEngine engine;
  private int[] prompt;

  @BeforeEach
  void start() throws IOException {
    ChatModel model =
        ChatModel.load(
            AdaptableModel.importInto(java.nio.file.Files.createTempDirectory(folder, "m")));
    prompt = model.prompt(List.of(new ChatMessage("user", "hell w hell w hell")));
    EngineObserver counting =
        new EngineObserver() {
          @Override
          public void prefilled(int tokens, Duration took) {
            computed.addAndGet(tokens);
          }
        };
    // The first may end before the others come: its prompt is kept until then.
    engine = ChatEngine.start(model, new EngineLimits(4, 4, 16, 100, 64, 1, false), counting);
  }

  @AfterEach
  void stop() {
    engine.close();
  }

  private static final class Heard implements ReplyListener {

    final StringBuilder text = new StringBuilder();
    final List<TokenChance> chances = new ArrayList<>();
    final CompletableFuture<Finish> end = new CompletableFuture<>();

    @Override
    public void chance(TokenChance chance) {
      chances.add(chance);
    }

    @Override
    public void text(String more, int completionTokens) {
      text.append(more);
    }

    @Override
    public void finished(Finish finish, Tally tally) {
      end.complete(finish);
    }

    Finish await() {
      return end.orTimeout(60, TimeUnit.SECONDS).join();
    }
  }

  private ReplyRequest request(String id, int tokens, OptionalInt logprobs) {
    return new ReplyRequest(
        id,
        prompt,
        tokens,
        Sampling.of(1, 0, 1, 0, 1, 0, 0, 5),
        List.of(),
        Instant.now().plusSeconds(60),
        "p",
        Optional.empty(),
        logprobs);
  }

  @Test
  void theChosenOneIsToldAndThePromptIsComputedOnce() {
    List<String> seen = new ArrayList<>();
    Heard heard = new Heard();

    Admission admission =
        Candidates.submit(
            engine,
            request("r", MOST, OptionalInt.empty()),
            4,
            texts -> {
              seen.addAll(texts);
              return 2;
            },
            Runnable::run,
            heard);

    assertEquals(Admission.ACCEPTED, admission);
    heard.await();
    assertEquals(4, seen.size());
    Set<String> different = new HashSet<>(seen);
    assertTrue(different.size() > 1, "drawn with other seeds");
    assertEquals(seen.get(2), heard.text.toString());
    assertEquals(prompt.length + 3, computed.get());
  }

  @Test
  void whoStopsTheReplyStopsAll() {
    Heard heard = new Heard();
    CompletableFuture<Void> asked = new CompletableFuture<>();
    Candidates.submit(
        engine,
        request("r", 100 - prompt.length, OptionalInt.empty()),
        4,
        texts -> {
          asked.complete(null);
          return 0;
        },
        Runnable::run,
        heard);

    engine.scheduler().stop("r", Finish.CANCELLED);

    assertEquals(Finish.CANCELLED, heard.await());
    Awaitility.await().until(() -> engine.scheduler().usedSlots() == 0);
    assertEquals(false, asked.isDone(), "nobody is asked for the best of cancelled replies");
  }

  @Test
  void probabilitiesAreToldOfEachToken() {
    Heard heard = new Heard();

    engine.submit(request("r", MOST, OptionalInt.of(3)), heard);

    heard.await();
    assertTrue(!heard.chances.isEmpty());
    for (TokenChance chance : heard.chances) {
      assertTrue(chance.logprob() <= 0);
      assertEquals(3, chance.top().size());
      double sum = 0;
      double previous = 0;
      for (TokenChance top : chance.top()) {
        assertTrue(top.logprob() <= previous);
        previous = top.logprob();
        sum += Math.exp(top.logprob());
      }
      assertTrue(sum <= 1.000001, "probabilities of three tokens: " + sum);
      assertTrue(chance.top().getFirst().logprob() >= chance.logprob());
    }
  }
}
