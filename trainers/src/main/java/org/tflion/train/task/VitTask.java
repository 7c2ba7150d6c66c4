package org.tflion.train.task;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;
import org.tflion.train.data.Dataset;
import org.tflion.train.data.image.ImageConfig;
import org.tflion.train.data.image.Images;
import org.tflion.train.data.tokenizer.Tokenizer;
import org.tflion.train.model.Model;
import org.tflion.train.model.vit.Vit;
import org.tflion.train.model.vit.VitConfig;

/** The class of a picture, by a vision transformer. */
public final class VitTask implements Task<VitConfig, ImageConfig> {

  @Override
  public String name() {
    return "vit";
  }

  @Override
  public List<String> presets() {
    return List.of("vit-mnist", "vit-b16");
  }

  @Override
  public Class<VitConfig> modelConfig() {
    return VitConfig.class;
  }

  @Override
  public Class<ImageConfig> dataConfig() {
    return ImageConfig.class;
  }

  @Override
  public Model model(VitConfig config, @Nullable Tokenizer tokenizer) {
    return new Vit(config);
  }

  @Override
  public Dataset open(VitConfig model, ImageConfig data, @Nullable Tokenizer known) {
    Images images = Images.open(data);
    Require.that(
        images.picture().equals(List.of(model.image(), model.image())) && model.channels() == 1,
        "model.image must be the size of the pictures of %s, %s with 1 channel"
            .formatted(data.path(), images.picture()),
        model.image() + " with model.channels " + model.channels());
    Require.that(
        images.largestLabel() < model.classes(),
        "model.classes must be above the largest label, " + images.largestLabel(),
        model.classes());
    return images;
  }
}
