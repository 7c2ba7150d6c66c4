import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** libtorch's fused AdamW, which its Java binding reaches through TorchScript. */
final class Peer {

  private static final String SCRIPT =
      """
      def step(w: Tensor, g: Tensor, m: Tensor, v: Tensor, t: Tensor):
        ws = [w]
        gs = [g]
        ms = [m]
        vs = [v]
        xs: List[Tensor] = []
        ts = [t]
        torch._fused_adamw_(ws, gs, ms, vs, xs, ts, lr=1e-3, beta1=0.9, beta2=0.999,
            weight_decay=0.01, eps=1e-8, amsgrad=False, maximize=False)
        return ws[0]
      """;

  private Peer() {}

  public static void main(String[] arguments) {
    try (PointerScope scope = new PointerScope()) {
      long[] shape = {Clock.PARAMETERS / 1024, 1024};
      Tensor w = torch.torch_randn(shape);
      Tensor g = torch.torch_randn(shape);
      Tensor m = torch.torch_zeros(shape);
      Tensor v = torch.torch_zeros(shape);
      Tensor t = torch.torch_ones(1);
      CompilationUnit unit = torch.compile(SCRIPT);
      Function step = unit.find_function(new QualifiedName("step"));
      double before = w.sum().item_double();
      Clock.time(
          "libtorch 2.10.0 (bytedeco 1.5.13) fused AdamW, " + torch.get_num_threads() + " threads",
          () -> run(step, w, g, m, v, t));
      Clock.moved(before, w.sum().item_double());
    }
  }

  private static void run(Function step, Tensor... tensors) {
    try (PointerScope scope = new PointerScope()) {
      IValueVector all = new IValueVector();
      for (Tensor tensor : tensors) {
        all.push_back(new IValue(tensor));
      }
      step.apply(all);
    }
  }
}
