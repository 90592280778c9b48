"""What one would write without InferX: pandas reads chunks, the model predicts them."""

import json
import sys
from time import process_time

import joblib
import pandas as pd

model = joblib.load(sys.argv[1])
started = process_time()
for chunk in pd.read_csv(sys.argv[2], chunksize=int(sys.argv[3])):
    chunk["prediction"] = model.predict(chunk.drop(columns="id").to_numpy())
    chunk.to_csv("/dev/null", index=False)
sys.stdout.write(json.dumps({"seconds": process_time() - started}))
