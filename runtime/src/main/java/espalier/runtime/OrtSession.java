package espalier.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import espalier.graph.BadInputException;
import espalier.graph.Tensor;
import espalier.onnx.OnnxFile;
import espalier.pack.PackedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model loaded into ONNX Runtime on the CPU. Whatever ONNX Runtime refuses becomes a {@link BadInputException} of one line that
 * starts with the model's name. May be used from several threads; must be closed.
 */
public final class OrtSession implements AutoCloseable {
    /** Fatal only: what fails comes back as an exception, once. */
    private static final OrtLoggingLevel LOG = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;

    /** Several models share the cores here; by default the threads of one that has finished go on spinning for a while. */
    private static final String STOP_SPINNING = "session.force_spinning_stop";

    private final String name;
    private final ai.onnxruntime.OrtSession session;

    private OrtSession(String name, ai.onnxruntime.OrtSession session) {
        this.name = name;
        this.session = session;
    }

    /** Loads an ONNX file, whose external data are looked for beside it, or a packed one. */
    public static OrtSession of(Path model, SessionSettings settings) {
        try {
            if (PackedFile.isPacked(model)) {
                byte[] onnx = OnnxFile.bytes(PackedFile.read(model));
                return open(model.toString(), settings, (env, options) -> env.createSession(onnx, options));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(model + ": " + e.getMessage(), e);
        }
        return open(model.toString(), settings, (env, options) -> env.createSession(model.toString(), options));
    }

    /** Loads the bytes of a file that has no external data. */
    public static OrtSession of(byte[] model, SessionSettings settings) {
        return open("model", settings, (env, options) -> env.createSession(model, options));
    }

    /** As {@link #of(byte[], SessionSettings)}, with a name for messages. */
    static OrtSession of(String name, byte[] model, SessionSettings settings) {
        return open(name, settings, (env, options) -> env.createSession(model, options));
    }

    public static OrtSession of(Path model, int threads) {
        return of(model, new SessionSettings().withThreads(threads));
    }

    public static OrtSession of(byte[] model, int threads) {
        return of(model, new SessionSettings().withThreads(threads));
    }

    private interface Opening {
        ai.onnxruntime.OrtSession open(OrtEnvironment environment, SessionOptions options) throws OrtException;
    }

    private static OrtSession open(String name, SessionSettings settings, Opening opening) {
        try (SessionOptions options = options(settings)) {
            return new OrtSession(name, opening.open(environment(), options));
        } catch (OrtException e) {
            throw OrtErrors.refused(name, "load it", e);
        }
    }

    private static SessionOptions options(SessionSettings settings) throws OrtException {
        SessionOptions options = new SessionOptions();
        options.setIntraOpNumThreads(settings.threads());
        options.setInterOpNumThreads(1);
        options.setExecutionMode(ExecutionMode.SEQUENTIAL);
        options.setSessionLogLevel(LOG);
        options.addConfigEntry(STOP_SPINNING, "1");
        options.setOptimizationLevel(settings.optimized() ? OptLevel.ALL_OPT : OptLevel.NO_OPT);
        if (settings.optimizedGraph().isPresent()) {
            options.setOptimizedModelFilePath(settings.optimizedGraph().get().toString());
        }
        return options;
    }

    static OrtEnvironment environment() {
        return OrtEnvironment.getEnvironment(LOG, "espalier");
    }

    /** The model's file, as messages call it. */
    public String name() {
        return name;
    }

    /** Names of the inputs, in the order of the file. */
    public List<String> inputs() {
        return List.copyOf(session.getInputNames());
    }

    /** Names of the outputs, in the order of the file. */
    public List<String> outputs() {
        return List.copyOf(session.getOutputNames());
    }

    /**
     * Runs the model once.
     *
     * @param inputs by name
     * @return every output by name, in the order of the file
     * @throws BadInputException when an input is missing or does not fit, or a node fails
     */
    public LinkedHashMap<String, Tensor> run(Map<String, Tensor> inputs) {
        try (BoundInputs bound = bind(inputs)) {
            return bound.run();
        }
    }

    /** Hands the inputs to ONNX Runtime once, to be run often. */
    BoundInputs bind(Map<String, Tensor> inputs) {
        return BoundInputs.of(this, inputs);
    }

    /** Runs the model and, when asked to, copies its outputs. */
    LinkedHashMap<String, Tensor> call(Map<String, OnnxTensor> inputs, boolean keep) {
        LinkedHashMap<String, Tensor> outputs = new LinkedHashMap<>();
        try (var result = session.run(inputs)) {
            if (keep) {
                for (Map.Entry<String, OnnxValue> output : result) {
                    outputs.put(output.getKey(), HostTensors.copy(output.getKey(), output.getValue()));
                }
            }
            return outputs;
        } catch (OrtException e) {
            throw OrtErrors.refused(name, "run it", e);
        }
    }

    /** Runs the model; the caller closes the result, and the outputs with it. */
    ai.onnxruntime.OrtSession.Result start(Map<String, OnnxTensor> inputs) {
        try {
            return session.run(inputs);
        } catch (OrtException e) {
            throw OrtErrors.refused(name, "run it", e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
