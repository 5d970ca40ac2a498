package dev.heed.trust.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.trust.reliability.Belief;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code heed trust}: the service's filter over a stream of ratings, one pass. */
@Command(
    name = "trust",
    description = {
      "Reads ratings as JSON Lines, writes each with the probability that it is right.",
      "in:  {\"user\",\"item\",\"label\",\"prior\":p|{label:p}|null,\"time\"?: seconds or ISO 8601}",
      "out: {\"user\",\"item\",\"p_right\",\"weight\",\"reliability\"}; a revision is a later line"
    })
final class TrustCommand implements Callable<Integer> {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @Option(names = "--explain", description = "Add the evidence, in log-odds of label 1.")
  boolean explain;

  @Option(
      names = "--review",
      paramLabel = "FILE",
      description = {
        "What reviewers would say, as lines of {\"item\",\"label\"}; of them, at most --budget"
            + " times the",
        "ratings are looked up. Each writes a line {\"review\":item}."
      })
  Path review;

  @Option(
      names = "--budget",
      defaultValue = "0.05",
      description = "Reviews per rating (default: ${DEFAULT-VALUE}).")
  double budget;

  @Option(names = "--one-pass", description = "No sweep over the kept ratings at the end.")
  boolean onePass;

  @Option(
      names = "--batch",
      paramLabel = "FOLDER",
      description = {
        "Instead of standard input: each NAME.jsonl of the folder is a stream of its own, written"
            + " to",
        "NAME.out; with NAME.oracle beside it, reviewed."
      })
  Path batch;

  @Override
  public Integer call() throws IOException {
    if (batch != null) {
      return batch();
    }
    return stream(System.in, System.out, review);
  }

  private int batch() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(batch)) {
      files = all.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      System.err.println("heed trust: the folder of --batch does not exist");
      return 1;
    }
    for (Path file : files) {
      String name = file.getFileName().toString().replaceFirst("[.]jsonl$", "");
      Path oracle = file.resolveSibling(name + ".oracle");
      try (InputStream in = Files.newInputStream(file);
          OutputStream out = Files.newOutputStream(file.resolveSibling(name + ".out"))) {
        int exit = stream(in, out, Files.exists(oracle) ? oracle : null);
        if (exit != 0) {
          System.err.println("heed trust: in " + file.getFileName());
          return exit;
        }
      }
    }
    return 0;
  }

  private int stream(InputStream input, OutputStream output, Path oracle) throws IOException {
    Ratings ratings = new Ratings(oracle != null);
    Optional<Reviews> reviews;
    try {
      reviews =
          oracle == null ? Optional.empty() : Optional.of(new Reviews(oracle, budget, ratings));
    } catch (NoSuchFileException e) {
      System.err.println("heed trust: the file of --review does not exist");
      return 1;
    } catch (IllegalArgumentException e) {
      System.err.println("heed trust: " + e.getMessage());
      return 1;
    }
    return run(ratings, reviews, input, output);
  }

  private int run(
      Ratings ratings, Optional<Reviews> reviews, InputStream input, OutputStream output)
      throws IOException {
    var in = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
    var out = new BufferedWriter(new OutputStreamWriter(output, StandardCharsets.UTF_8));
    long number = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        JsonNode event = JSON.readTree(line);
        for (Ratings.Outcome outcome : ratings.take(event)) {
          write(out, json(outcome));
        }
        if (reviews.isPresent()) {
          for (ObjectNode more : reviews.get().after(event, this)) {
            write(out, more);
          }
        }
      } catch (JsonProcessingException e) {
        out.flush();
        System.err.println("heed trust: line " + number + " is no JSON object");
        return 1;
      } catch (IllegalArgumentException e) {
        out.flush();
        System.err.println("heed trust: line " + number + ": " + e.getMessage());
        return 1;
      }
      if (!in.ready()) {
        out.flush();
      }
    }
    for (Ratings.Outcome outcome : onePass ? List.<Ratings.Outcome>of() : ratings.sweep()) {
      write(out, json(outcome));
    }
    out.flush();
    return 0;
  }

  private static void write(BufferedWriter out, ObjectNode line) throws IOException {
    out.write(line.toString());
    out.newLine();
  }

  /** An empty line of output. */
  ObjectNode object() {
    return JSON.createObjectNode();
  }

  ObjectNode json(Ratings.Outcome outcome) {
    ObjectNode node = JSON.createObjectNode();
    node.set("user", outcome.user());
    node.set("item", outcome.item());
    node.put("p_right", round(outcome.pRight())).put("weight", round(2 * outcome.pRight() - 1));
    node.put("reliability", round(outcome.reliability()));
    List<Belief> evidence = outcome.belief().stream().toList();
    if (explain && !evidence.isEmpty()) {
      Belief belief = evidence.getFirst();
      ObjectNode why = node.putObject("evidence");
      why.put("prior", round(belief.priorLogOdds())).put("crowd", round(belief.crowdLogOdds()));
      why.put("history", round(belief.historyLogOdds()));
      why.put("reliability_sd", round(belief.reliabilitySd())).put("revision", belief.revision());
      outcome.group().ifPresent(group -> why.put("acts_as_one", group));
    }
    return node;
  }

  private static double round(double value) {
    return Math.round(value * 1e6) / 1e6;
  }

  /** A field that must be there. */
  static JsonNode required(JsonNode event, String name) {
    JsonNode value = event.path(name);
    if (!value.isTextual() && !value.isNumber() && !value.isBoolean()) {
      throw new IllegalArgumentException(name + " must be a string or a number");
    }
    return value;
  }
}
